"""The extract (*registerutdrag*): what the register said of a channel at a capture, to lie in its package."""

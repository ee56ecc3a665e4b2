"""Hands a sealed package to an e-archive: once, whole, and read back before anybody says that it arrived."""

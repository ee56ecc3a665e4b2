"""Exempelkanalen: a channel of our own that behaves as the platforms do, to learn, show and test against.

`serve` is all there is to it: a server on loopback whose content is invented, composed from a seed, and known.
"""

from sample_channel.behaviour import Behaviour
from sample_channel.server import DEFAULT_NOW, DEFAULT_POSTS, DEFAULT_SEED, Mutation, SampleChannel, serve
from sample_channel.truth import Comment, Picture, Post, Truth

__all__ = [
    "DEFAULT_NOW", "DEFAULT_POSTS", "DEFAULT_SEED",
    "Behaviour", "Comment", "Mutation", "Picture", "Post", "SampleChannel", "Truth", "serve",
]  # fmt: skip

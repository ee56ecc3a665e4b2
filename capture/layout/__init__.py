"""The channel's layout: how its pages look to whoever comes, at the width of a desktop and of a phone.

The guideline: "Vid avslut av konto bör innehåll och layout bevaras och arkiveras."
"""

from capture.layout.pictured import ABOUT, CHANNEL, VIEWS, Layout, Picture, View, keep_layout, layout_in, picture_layout

__all__ = ["ABOUT", "CHANNEL", "VIEWS", "Layout", "Picture", "View", "keep_layout", "layout_in", "picture_layout"]

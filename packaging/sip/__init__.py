"""Builds and judges the package an e-archive receives (*överföringspaket*, SIP).

`build` is where to start reading. It refuses to leave anything under a package's name that `validate` does not accept.
"""

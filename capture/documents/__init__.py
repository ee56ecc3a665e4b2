"""Documents of our own, each as HTML and as PDF/A, in one look: A4, black on white, Swedish first.

The completeness statement, the package's cover page, the removal sheet, and tables for what else is to be printed.
"""

"""The register as spreadsheets: read from CSV or YAML, whole or not at all, and written so that it can be read again.

columns     what a cell may hold
layout      the sheets and their columns
rows        from cells to rows; what is wrong with a row
csv_files   one file a sheet
yaml_file   all in one file
planning    what an import would change
transfer    import and export
"""

"""One post or comment, saved before it is removed, and looked for afterwards; and its case as a document for the diary.

visit      goes to the address of one item, as a walk goes to a channel's
saving     the item with what stands around it: pictures, texts, times
absence    whether it is gone: only what was seen to be so is said
diary      the case as XML (schemas/kanalarkiv/removal-case-1.0.xsd)
"""

"""The municipality's published list of its channels: made from the register, and held against the page that has it.

The guideline: "En lista med länkar ska finnas på [kommunens] hemsida över alla de sociala medier som kommunen
använder", and administrations- och kommunikationsenheten answers for its being current.

    listing    the list: as an HTML fragment, JSON or CSV
    page       the links of a published page, as a visitor meets them
    drift      what the page says otherwise than the register
"""

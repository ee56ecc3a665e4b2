"""`kanalarkiv serve`: schedules and reminders, on Prefect's embedded default or on a server of its own.

server       Prefect's server, as a process that ends with this one
deployments  what is scheduled: one deployment a channel, kept like the register
resumption   what was cut off is taken up again
service      all of it together, until it is told to end
"""

"""Fill an empty zone with what its package brings, and with the past that it makes up.

`parameters` reads life.yaml; `firms`, `returns`, `readings` and `projects` make things up from it,
without a database and the same in every run; `story` plays all of it through the services of the
house, in the order in which it became known.
"""

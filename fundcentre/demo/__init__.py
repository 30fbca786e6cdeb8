"""合成城: a city that never was, made from one seed, with its truth kept apart.

``people`` and ``employers`` invent names and numbers, ``careers`` lets two years pass, ``loading`` plays them through
the product's own services. Every identity number has the region 990000, which no real person has.
"""

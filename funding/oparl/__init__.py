"""Papers as OParl 1.1 (https://schema.oparl.org/1.1/), the exchange format of council information systems."""

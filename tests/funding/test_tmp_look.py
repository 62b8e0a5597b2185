from funding.finance_blocks import block_of
from funding.formats.finance import finance_document
from funding.formats.files import FORMATS
from funding.selectors import programme_state
from pathlib import Path
def test_look(founding_case):
    state = programme_state("kim-nrw")
    for year, sc in ((2022,"in-force"),(2023,"grant-ends")):
        block = block_of(state, state.papers[0], year, sc, version=None, version_name="Arbeitsstand")
        doc = finance_document(block)
        for f in FORMATS.values():
            a = f.write(doc); assert a == f.write(doc)
            Path(f"/tmp/shots-f/{year}.{f.ending}").write_bytes(a)

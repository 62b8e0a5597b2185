from tests.pages import Page
def test_look(founding_case, ayse_client, bernd_client):
    r=bernd_client.get("/programme/kim-nrw/vorlagen/2021-1121/finanzblock/")
    print(Page(r).main.text[:3000])
    r=ayse_client.get("/programme/kim-nrw/vorlagen/2021-1121/finanzblock/angaben/")
    print(r.status_code)
    r=ayse_client.post("/programme/kim-nrw/vorlagen/2021-1121/finanzblock/angaben/", {"is_capital":"no","source":"x","source_status":"verified"})
    print(r.status_code)
    r=ayse_client.post("/programme/kim-nrw/vorlagen/2021-1121/finanzblock/angaben/", {"is_capital":"yes","no_impact":"yes","savings":"55.0000","follow_up_revenue":"5","source":"x","source_status":"verified"})
    print(r.status_code, Page(r).main.text[:900])
    r=bernd_client.get("/programme/kim-nrw/rechenweg/rounding_difference/?paper=2021-1121")
    print(r.status_code, Page(r).main.text[:600])
    for e in ("pdf","docx","txt","md"):
        r=bernd_client.get(f"/programme/kim-nrw/vorlagen/2021-1121/finanzblock.{e}?year=2023")
        print(r.status_code, r.headers)

"""A small municipality as spreadsheets: what the tests of the register start from."""

from collections.abc import Mapping
from pathlib import Path

FACEBOOK = "https://www.facebook.com/exempelkommun"

SHEETS: Mapping[str, str] = {
    "forvaltningar": """förvaltning;namn;nämnd;identitetskod;e-postdomäner;gäller från
ks;Kommunledningsförvaltningen;Kommunstyrelsen;ORG:212000-0000;exempelkommun.se;2020-01-01
bou;Barn- och utbildningsförvaltningen;Bildningsnämnden;ORG:212000-0000;exempelkommun.se;2020-01-01
""",
    "personer": """person;namn;e-post;titel;förvaltning;gäller från;gäller till och med
anna.ek;Anna Ek;anna.ek@exempelkommun.se;Kommunikatör;ks;2020-01-01;
bo.lind;Bo Lind;bo.lind@exempelkommun.se;Kommunikatör;ks;2020-01-01;
cia.berg;Cia Berg;cia.berg@exempelkommun.se;Enhetschef;ks;2020-01-01;
dan.alm;Dan Alm;dan.alm@exempelkommun.se;Kommundirektör;ks;2020-01-01;
eva.sjö;Eva Sjö;eva.sjo@exempelkommun.se;Kanslichef;ks;2020-01-01;
""",
    "roller": """roll;person;förvaltning;gäller från
chef;cia.berg;ks;2020-01-01
förvaltningschef;dan.alm;ks;2020-01-01
kommunikationschef;eva.sjö;;2020-01-01
""",
    "kanaler": f"""\
kanal;namn;plattform;adress;förvaltning;status;dagligt ansvarig;kontots e-post;senaste aktivitet;gäller från
fb;Kommunens Facebooksida;facebook;{FACEBOOK};ks;aktiv;anna.ek;info@exempelkommun.se;2026-03-10;2024-02-01
""",
    "beslut": """slag;beteckning;beslutat;beslutat av;kanal;person;samråd med;samråd den;samråd, utfall;gäller från
öppning;KS 2024/7;2024-01-15;Dan Alm, kommundirektör;fb;;Eva Sjö;2024-01-10;tillstyrks;2024-01-15
utseende;KS 2024/8;2024-01-20;Dan Alm, kommundirektör;fb;anna.ek;;;;2024-01-20
utseende;KS 2024/8;2024-01-20;Dan Alm, kommundirektör;fb;bo.lind;;;;2024-01-20
""",
    "uppdrag": """person;kanal;behörighet;beslutat av;beslutat;som tjänsteperson;gäller från;gäller till och med
anna.ek;fb;administratör;cia.berg;2024-01-25;ja;2024-02-01;
bo.lind;fb;administratör;cia.berg;2024-01-25;ja;2024-02-01;2026-06-30
""",
    "ersattare": """kanal;ersättare;ersätter;gäller från
fb;bo.lind;anna.ek;2024-02-01
""",
    "inloggningar": """kanal;vad;förvaras;förvaras av;bekräftat av;bekräftat;gäller från
fb;sidans administratörskonto;kassaskåpet på kansliet, kuvert 4;cia.berg;cia.berg;2026-02-01;2024-02-01
""",
    "riktlinjer": """riktlinje;namn;version;antagen av;antagen;diarienummer;dokumentansvarig;gäller från
sociala-medier;Riktlinje sociala medier;KS 2020-05-25 § 94;Kommunstyrelsen;2020-05-25;KS-2024-00357;eva.sjö;2020-05-25
""",
    "kvittenser": """person;riktlinje;version;kvitterat;gäller från
anna.ek;sociala-medier;KS 2020-05-25 § 94;2024-02-01;2024-02-01
bo.lind;sociala-medier;KS 2020-05-25 § 94;2024-02-01;2024-02-01
""",
}


def written(folder: Path, **changed: str) -> Path:
    """Write the municipality's sheets in a folder, some of them otherwise; return the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in {**SHEETS, **changed}.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


def edited(sheet: str, *swaps: tuple[str, str]) -> str:
    """Return a sheet with some texts in it exchanged; each must be there."""
    text = SHEETS[sheet]
    for old, new in swaps:
        assert old in text, old
        text = text.replace(old, new)
    return text

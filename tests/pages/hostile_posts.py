"""Posts whose text says one thing and whose picture shows another, and text that does not stand in the page itself.

A word that begins with "dolt" is one that the picture does not show.
"""

import base64
import io

from fontTools import subset
from fontTools.feaLib.builder import addOpenTypeFeaturesFromString
from fontTools.ttLib import TTFont

from tests.pages.small_feed import DEJAVU

STYLE = """.cover{position:absolute;left:0;top:0;width:100%;height:100%}.low p{position:relative;margin:4px 0}
.photo{background:repeating-linear-gradient(90deg,#e44,#44e 24px)}
.black::after{content:"";position:absolute;inset:0;background:repeating-linear-gradient(#000,#333 5px)}
.f::before{content:"FÖRE "}.z span::before{counter-increment:z;content:counter(z) "."}
.giant{width:20000px;height:10000px;background:#fed}.post:has(.giant){display:inline-block}
.icon::before{content:"\\e001"}"""

HIDDEN = """<p>Synligt <span style="opacity:0">dolt-a</span> <span style="opacity:.1"><b style="opacity:.1">dolt-b</b>
</span> <span style="filter:opacity(0)">dolt-c</span> <span style="color:#0000">dolt-d</span>
<span style="color:#fff">dolt-e</span> <span style="-webkit-text-fill-color:#ffffff">dolt-f</span>
<span style="clip-path:circle(0)">dolt-g</span> <span style="mask-image:linear-gradient(#0000,#0000)">dolt-h</span>
också</p><div style="content-visibility:hidden">dolt-i</div><details><summary>Mer</summary>dolt-j</details>
<p style="text-transform:capitalize">versal för varje</p><p style="-webkit-text-security:disc">hemligt</p>
<p class="f">text</p><p class="z"><span></span></p><ol><li>Ett</li><li>Två</li></ol><ul><li>Punkt</li></ul>
<p style="visibility:hidden">dolt-k</p><p style="font-size:0">dolt-l</p>
<p style="position:absolute;left:-9999px">dolt-m</p>
<p style="height:20px;overflow:hidden">Överst<br>dolt-n</p><p><span style="filter:blur(6px)">dolt-o</span></p>
<p><span style="display:inline-block;transform:scale(.05)">dolt-p</span></p><p class="icon">Ikon</p>"""
"""Four texts that only the picture tells to be hidden (e to h), two that are blurred or too small, eight that the style
says are not painted; four that the style sheet adds, and an icon."""

COVERED = """<div class="low"><p>dolt-a<span class="cover photo"></span></p>
<p>dolt-b<span class="cover" style="background:#fff;pointer-events:none">Det som ligger över</span></p>
<p class="black">dolt-c</p><p>Under en hinna<span class="cover" style="background:#f002"></span></p>
<p>Under en länk<a class="cover" href="https://exempel.se/hela"></a></p>
<p><span style="position:absolute;color:#fffffe">dolt-d-med-mera</span>
<span style="position:relative">Ovanpå en annan text</span></p>
<p>dolt-e <span style="position:absolute;left:0;color:red">████████</span></p>
<p>dolt-f-som-är-lång Halvt<span class="cover photo" style="width:110px"></span></p>
<p style="background:linear-gradient(90deg,red,blue);-webkit-background-clip:text;-webkit-text-fill-color:transparent">
Färgad av sin bakgrund<a class="cover" style="background:#0001"></a></p>
<p class="photo" style="color:#fff">Text på en bild</p></div>"""

LENT = """<p>Före ramarna</p><iframe width="300" height="90" style="border:3px solid red;padding:5px" srcdoc="
<body style='margin:8px'><p>I en ram <a href='https://exempel.se/ram'>ramens länk</a>
<p style='margin-top:300px'>dolt-a">
</iframe><iframe sandbox width="200" height="60" srcdoc="<p>I en sandlåda"></iframe>
<iframe width="200" height="60" src="http://localhost:{port}/"></iframe><iframe width="200" height="60" srcdoc="
<p>Ytterst<iframe height=40 srcdoc='<p style=margin:0>Innerst'>"></iframe><div style="position:relative">
<iframe srcdoc="<p>dolt-b dolt-c" width="200" height="60"></iframe><div class="cover photo"></div></div>
<p>Efter ramarna</p><div id="oppen"></div><div id="sluten">Ljus <b slot="in">Isatt</b></div><x-sluten></x-sluten>
<script>oppen.attachShadow({{mode:"open"}}).innerHTML = "<p>Öppen skugga</p>";
sluten.attachShadow({{mode:"closed"}}).innerHTML = "<p>Sluten skugga <slot name=in></slot></p>";
const inre = document.querySelector("x-sluten").attachShadow({{mode:"closed"}});
inre.innerHTML = "<p>Yttre skugga</p><div></div>";
inre.querySelector("div").attachShadow({{mode:"closed"}}).innerHTML = "<i>Inre skugga</i>";
let djup = inre.querySelector("div");
for (let n = 0; n < 400; n += 1) djup = djup.appendChild(document.createElement("div"));</script>"""
"""`port`: of a server of another origin than the page's."""


def lettered() -> str:
    """Return a post in four web fonts: a truthful one, two that draw other letters, and one of icons."""
    swapped = {"a": "k", "e": "m", "5": "8"}
    faces = {
        "Sann": _face({}),
        "Ljuger": _face(swapped | {drawn: asked for asked, drawn in swapped.items()}),
        "Siffror": _face({"1": "4", "4": "1", "7": "9", "9": "7"}),
        "Ikoner": _face({}, "feature liga { sub h o m e by asterisk; } liga;"),
    }
    rules = "".join(
        f"@font-face{{font-family:{name};src:url(data:font/ttf;base64,{data})}}" for name, data in faces.items()
    )
    said = {
        "Sann": "kammaren 1958 home",
        "Ljuger": "kammaren bord 58",
        "Siffror": "rum 1947 bord",
        "Ikoner": "home hem",
    }
    lines = "".join(f'<p style="font-family:{name}">{text}</p>' for name, text in said.items())
    return f"<style>{rules}</style>{lines}<p>Privat: \ue001\ue002 \U000f0000</p>"


def _face(glyphs: dict[str, str], features: str = "") -> str:
    """Return a font, in base64, that draws other glyphs for some characters."""
    font = TTFont(DEJAVU)
    options = subset.Options(layout_features=[], glyph_names=True)
    subsetter = subset.Subsetter(options)
    subsetter.populate(text="ABCDEFGHIJKLMNOPQRSTUVWXYZÅÄÖabcdefghijklmnopqrstuvwxyzåäö0123456789* ")
    subsetter.subset(font)
    for own in {id(table.cmap): table.cmap for table in font["cmap"].tables}.values():
        own.update({ord(asked): own[ord(drawn)] for asked, drawn in glyphs.items()})
    if features:
        addOpenTypeFeaturesFromString(font, features)
    made = io.BytesIO()
    font.save(made)
    return base64.b64encode(made.getvalue()).decode()

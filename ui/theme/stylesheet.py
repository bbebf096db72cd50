"""The one style sheet: how every button, card, field and word on the screen looks.

Made from the tokens for one window size. A page never styles anything itself; it sets dynamic
properties (`widget.setProperty("kind", "primary")`, or the builders of ui/widgets/pieces.py):

QPushButton  kind   primary    the single next action (accent)
                    strong     blue, for a second important action
                    secondary  white with a blue edge
                    quiet      text only, for back and small things
                    danger     white with a red edge
                    chip       one of several; use setCheckable, `:checked` is shown blue
                    card       white block with widgets inside (use pieces.TouchCard)
                    tile       large block with widgets inside, for the home page
                    foot       dark and low, at the foot of the standby page
                    field      a field that opens a keypad; see `state`
                    keypad     a key; `wide`="true" for words instead of one character
QPushButton  size   large      128 px high instead of 96
QFrame       kind   card       white, rounded
                    field      white, edged; see `state`
                    panel      sunken ground, as behind keypads
                    notice     coloured ground, see `tone`
                    sheet      white block over a shaded page
                    shade      the shading itself
                    line       a hair line (set a fixed height of 2)
QLineEdit, QPlainTextEdit, QFrame and QPushButton of kind field:
             state  active | bad | done   (blue, red, green edge)
             empty  "true" of a button: its words only say what to do
QLabel       role   title heading large body note number; quiet good bad warn (body, coloured)
any of these tone   quiet good bad warn blue white plain   colour of words, or of a notice's ground
QLabel       strong "true"    bold
QLabel       badge  "true"    small rounded label on a coloured ground, with `tone`

After changing a property of a shown widget call `pieces.restyled(widget)`.
"""

from ui.theme.tokens import FONT_FAMILIES, RADIUS, TOUCH, TOUCH_LARGE, Colour, Scale, Space, Type

TONES = {
    "plain": (Colour.TEXT, Colour.SURFACE),
    "quiet": (Colour.TEXT_QUIET, Colour.SUNKEN),
    "good": (Colour.GOOD, Colour.GOOD_PALE),
    "bad": (Colour.BAD, Colour.BAD_PALE),
    "warn": (Colour.WARN, Colour.WARN_PALE),
    "blue": (Colour.BLUE, Colour.BLUE_PALE),
    "white": (Colour.ON_DARK, Colour.BLUE),
}
SIZES = {
    "title": Type.TITLE,
    "heading": Type.HEADING,
    "large": Type.LARGE,
    "body": Type.BODY,
    "note": Type.NOTE,
    "number": Type.NUMBER,
}
BOLD_ROLES = ("title", "heading", "number")


def stylesheet(scale: Scale) -> str:
    """The style sheet for a window of that size; set it once, on the window. Costs under 1 ms."""
    return "\n".join(
        (_ground(scale), _labels(scale), _buttons(scale), _frames(scale), _bars(scale))
    )


def _ground(scale: Scale) -> str:
    families = ", ".join(f'"{family}"' for family in FONT_FAMILIES)
    px, ink = scale.px, scale.ink
    return f"""
* {{ font-family: {families}; font-size: {px(Type.BODY)}px; color: {ink(Colour.TEXT)}; }}
QWidget#window, QStackedWidget#pages, QWidget[kind="ground"] {{ background: {ink(Colour.GROUND)}; }}
QLabel {{ background: transparent; border: none; }}
QScrollArea, QScrollArea > QWidget > QWidget[kind="scrolled"] {{
  background: transparent; border: none; }}
QScrollBar:vertical {{ background: {ink(Colour.SUNKEN)}; width: {px(20)}px; margin: 0;
  border-radius: {px(10)}px; }}
QScrollBar::handle:vertical {{ background: #9FB0C6; border-radius: {px(10)}px;
  min-height: {px(120)}px; }}
QScrollBar::add-line:vertical, QScrollBar::sub-line:vertical {{ height: 0; }}
QScrollBar::add-page:vertical, QScrollBar::sub-page:vertical {{ background: transparent; }}
QScrollBar:horizontal {{ height: 0; }}
QProgressBar {{ background: {ink(Colour.SUNKEN)}; border: none; border-radius: {px(8)}px;
  max-height: {px(16)}px; min-height: {px(16)}px; }}
QProgressBar::chunk {{ background: {ink(Colour.BLUE)}; border-radius: {px(8)}px; }}
"""


def _labels(scale: Scale) -> str:
    ink = scale.ink
    low_and_crowded = scale.crowded and not scale.portrait
    sizes = SIZES | {"title": Type.HEADING} if low_and_crowded else SIZES
    rules = [
        f'QLabel[role="{role}"] {{ font-size: {scale.px(size)}px;'
        f" {'font-weight: bold;' if role in BOLD_ROLES else ''} }}"
        for role, size in sizes.items()
    ]
    for tone, (tone_ink, ground) in TONES.items():
        rules.append(f'QLabel[role="{tone}"], QLabel[tone="{tone}"] {{ color: {ink(tone_ink)}; }}')
        rules.append(
            f'QLabel[badge="true"][tone="{tone}"] {{ color: {ink(tone_ink)};'
            f" background: {ink(ground)};"
            f" font-size: {scale.px(Type.NOTE)}px; border-radius: {scale.px(10)}px;"
            f" padding: {scale.px(6)}px {scale.px(16)}px; }}"
        )
    rules.append('QLabel[strong="true"] { font-weight: bold; }')
    rules.append(f'QLabel[role="title"] {{ color: {ink(Colour.BLUE_DARK)}; }}')
    return "\n".join(rules)


def _buttons(scale: Scale) -> str:
    px, ink = scale.px, scale.ink
    radius = px(RADIUS)
    edge = max(2, px(3))
    return f"""
QPushButton {{ min-height: {px(TOUCH)}px; border: none; border-radius: {radius}px;
  padding: 0 {px(Space.GAP)}px; font-size: {px(Type.LARGE)}px; outline: none;
  background: {ink(Colour.SURFACE)}; color: {ink(Colour.BLUE)}; }}
QPushButton[size="large"] {{ min-height: {px(TOUCH_LARGE)}px; }}
QPushButton[kind="primary"] {{ background: {ink(Colour.ACCENT)}; color: {ink(Colour.ON_DARK)};
  font-weight: bold; }}
QPushButton[kind="primary"]:pressed {{ background: {ink(Colour.ACCENT_DARK)}; }}
QPushButton[kind="strong"] {{ background: {ink(Colour.BLUE)}; color: {ink(Colour.ON_DARK)};
  font-weight: bold; }}
QPushButton[kind="strong"]:pressed {{ background: {ink(Colour.BLUE_DARK)}; }}
QPushButton[kind="secondary"] {{ border: {edge}px solid {ink(Colour.BLUE)}; }}
QPushButton[kind="quiet"] {{ background: transparent; }}
QPushButton[kind="danger"] {{ border: {edge}px solid {ink(Colour.BAD)}; color: {ink(Colour.BAD)}; }}
QPushButton[kind="danger"]:pressed {{ background: {ink(Colour.BAD_PALE)}; }}
QPushButton[kind="secondary"]:pressed, QPushButton[kind="quiet"]:pressed,
QPushButton[kind="chip"]:pressed, QPushButton[kind="card"]:pressed,
QPushButton[kind="tile"]:pressed, QPushButton[kind="keypad"]:pressed,
QPushButton[kind="field"]:pressed {{ background: {ink(Colour.BLUE_PALE)}; }}
QPushButton[kind="chip"] {{ border: {edge}px solid {ink(Colour.LINE)}; color: {ink(Colour.TEXT)};
  font-size: {px(Type.BODY)}px; }}
QPushButton[kind="chip"]:checked {{ background: {ink(Colour.BLUE)};
  border-color: {ink(Colour.BLUE)}; color: {ink(Colour.ON_DARK)}; font-weight: bold; }}
QPushButton[kind="card"], QPushButton[kind="tile"] {{ padding: 0; text-align: left;
  border: {edge}px solid {ink(Colour.LINE)}; }}
QPushButton[kind="card"]:checked, QPushButton[kind="tile"]:checked {{
  border-color: {ink(Colour.BLUE)}; background: {ink(Colour.BLUE_PALE)}; }}
QPushButton[kind="field"] {{ border: {edge}px solid {ink(Colour.LINE)}; color: {ink(Colour.TEXT)};
  text-align: left; padding: 0 {px(24)}px; }}
QPushButton[kind="keypad"] {{ border: {edge}px solid {ink(Colour.LINE)}; color: {ink(Colour.TEXT)};
  font-size: {px(Type.HEADING)}px; padding: 0; }}
QPushButton[kind="keypad"][wide="true"] {{ font-size: {px(Type.BODY)}px; }}
QPushButton[kind="field"][empty="true"] {{ color: {ink(Colour.TEXT_QUIET)}; }}
QPushButton[kind="field"][state="active"] {{ border-color: {ink(Colour.BLUE)}; }}
QPushButton[kind="field"][state="bad"] {{ border-color: {ink(Colour.BAD)}; }}
QPushButton[kind="field"][state="done"] {{ border-color: {ink(Colour.GOOD)}; }}
QWidget#window[keys="true"] QPushButton:focus {{
  border: {2 * edge}px solid {ink(Colour.ACCENT)}; }}
QPushButton:disabled, QPushButton[kind="primary"]:disabled,
QPushButton[kind="secondary"]:disabled, QPushButton[kind="strong"]:disabled {{
  background: {ink(Colour.SUNKEN)}; color: {ink(Colour.TEXT_QUIET)};
  border-color: {ink(Colour.SUNKEN)}; }}
QPushButton[kind="quiet"]:disabled {{ background: transparent; color: transparent; }}
"""


def _frames(scale: Scale) -> str:
    px, ink = scale.px, scale.ink
    edge = max(2, px(3))
    notices = "\n".join(
        f'QFrame[kind="notice"][tone="{tone}"] {{ background: {ink(ground)}; }}'
        for tone, (_ink, ground) in TONES.items()
    )
    # Where the ground is as white as a card, its edge alone shows what belongs together.
    same = ink(Colour.SURFACE) == ink(Colour.GROUND)
    card_edge = f"{edge}px solid {ink(Colour.LINE)}" if same else "none"
    return f"""
QFrame[kind="card"] {{ background: {ink(Colour.SURFACE)}; border: {card_edge};
  border-radius: {px(RADIUS)}px; }}
QFrame[kind="panel"] {{ background: {ink(Colour.SUNKEN)}; border: none;
  border-radius: {px(RADIUS)}px; }}
QFrame[kind="notice"] {{ background: {ink(Colour.BLUE_PALE)}; border: none;
  border-radius: {px(RADIUS)}px; }}
{notices}
QFrame[kind="sheet"] {{ background: {ink(Colour.SURFACE)}; border-radius: {px(RADIUS * 1.6)}px; }}
QWidget[kind="shade"] {{ background: rgba(8, 28, 56, 150); }}
QFrame[kind="line"] {{ background: {ink(Colour.LINE)}; border: none; }}
QFrame[kind="field"], QLineEdit, QPlainTextEdit {{ background: {ink(Colour.SURFACE)};
  border: {edge}px solid {ink(Colour.LINE)}; border-radius: {px(RADIUS)}px; }}
QLineEdit, QPlainTextEdit {{ font-size: {px(Type.LARGE)}px; padding: 0 {px(24)}px;
  selection-background-color: {ink(Colour.BLUE)}; }}
QLineEdit {{ min-height: {px(TOUCH)}px; }}
QPlainTextEdit {{ padding: {px(16)}px {px(24)}px; }}
QLineEdit:focus, QPlainTextEdit:focus, QFrame[kind="field"][state="active"],
QLineEdit[state="active"], QPlainTextEdit[state="active"] {{ border-color: {ink(Colour.BLUE)}; }}
QFrame[kind="field"][state="bad"], QLineEdit[state="bad"], QPlainTextEdit[state="bad"] {{
  border-color: {ink(Colour.BAD)}; }}
QFrame[kind="field"][state="done"], QLineEdit[state="done"], QPlainTextEdit[state="done"] {{
  border-color: {ink(Colour.GOOD)}; }}
"""


def _bars(scale: Scale) -> str:
    px, ink = scale.px, scale.ink
    return f"""
QFrame#top_bar {{ background: {ink(Colour.BLUE)}; }}
QFrame#top_bar QLabel {{ color: {ink(Colour.ON_DARK)}; }}
QFrame#top_bar QPushButton {{ background: {ink(Colour.BLUE_DARK)}; color: {ink(Colour.ON_DARK)};
  font-size: {px(Type.BODY)}px; padding: 0 {px(Space.NEAR)}px; }}
QFrame#top_bar QPushButton:pressed {{ background: {ink(Colour.TEXT)}; }}
QFrame#low_band {{ background: {ink(Colour.BLUE)}; }}
QFrame#low_band QLabel {{ color: {ink(Colour.ON_DARK)}; }}
QFrame#bottom_bar, QFrame#step_bar {{ background: {ink(Colour.SURFACE)}; }}
QWidget#standby {{ background: {ink(Colour.BLUE)}; }}
QWidget#standby > QLabel, QLabel#standby_upload {{ color: {ink(Colour.ON_DARK)}; }}
QPushButton[kind="foot"] {{ background: {ink(Colour.BLUE_DARK)}; color: {ink(Colour.ON_DARK)};
  font-size: {px(Type.BODY)}px; }}
QPushButton[kind="foot"]:pressed {{ background: {ink(Colour.TEXT)}; }}
QLabel#product_name {{ font-size: {round(px(Type.NUMBER) * 1.6)}px; letter-spacing: {px(12)}px; }}
QLabel[step="done"], QLabel[step="now"], QLabel[step="later"] {{
  border-radius: {px(56) // 2}px; font-size: {px(Type.NOTE)}px; font-weight: bold; }}
QLabel[step="done"] {{ background: {ink(Colour.BLUE_PALE)}; color: {ink(Colour.BLUE)}; }}
QLabel[step="now"] {{ background: {ink(Colour.BLUE)}; color: {ink(Colour.ON_DARK)}; }}
QLabel[step="later"] {{ background: {ink(Colour.SUNKEN)}; color: {ink(Colour.TEXT_QUIET)}; }}
QLabel[round="true"] {{ background: {ink(Colour.BLUE_PALE)}; border-radius: {px(24)}px; }}
"""

"""An invented slip and a layout that is built once: loading its fonts takes a quarter second."""

import pytest

from kiosk.domain.receipt import Receipt
from kiosk.papers.slip_layout import SlipLayout

QR = "https://bm.example.cn/q?n=220182-000137&c=7F3A9C1B2D4E5F60"


@pytest.fixture(scope="session")
def layout() -> SlipLayout:
    return SlipLayout(576)


@pytest.fixture(scope="session")
def narrow_layout() -> SlipLayout:
    return SlipLayout(384)


@pytest.fixture(scope="session")
def receipt() -> Receipt:
    return Receipt(
        title="受理通知书",
        site="示范县示范镇向阳村便民服务站",
        lines=(
            ("受理编号", "220182-000137"),
            ("申请人", "王䶮（㙓）"),
            ("办理事项", "城乡居民最低生活保障待遇申请"),
            ("비고", "연변 주민 ¥12"),
        ),
        materials=("居民身份证（原件核验）", "户口簿复印件 1 份"),
        notes=("请妥善保管本回执。",),
        qr=QR,
        footer="示范镇便民服务中心",
    )

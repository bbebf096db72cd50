"""Puts lines together to four-sided shapes and says how much each looks like a page."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from devices.camera.page_lines import DIRECTION_BINS, SAMPLE_GAP, Lines
from devices.camera.pictures import Flags, Places, Reals
from devices.camera.small_picture import COLOUR_WEIGHT, SmallPicture

# All constants of this file are own choices, tuned on generated pictures of pages.
_MOST_TURN_BETWEEN_OPPOSITES: Final = np.deg2rad(38)
_LEAST_TURN_BETWEEN_NEIGHBOURS: Final = np.deg2rad(45)
_LEAST_DISTANCE: Final = 0.08  # of the shorter side of the picture, between opposite sides
_LOOKED_AT: Final = 1500  # shapes of which all evidence is gathered
_OUTSIDE: Final = 0.12  # of the picture's size, how far a corner may lie outside it
_LEAST_AREA: Final = 0.02  # of the picture's area
_BEYOND_FROM: Final = 4.0  # working pixels beyond a corner: a rounded or dog-eared one is no end
_BEYOND_TO: Final = 30.0

# Weights in the order of _evidence(): which shape is the page? Fitted on 320 generated pictures.
_WEIGHTS: Final = np.array([0.58, 0.238, -0.23, 0.287, -0.079, -0.137, 0.089, -0.105, -0.016])


@dataclass(frozen=True, slots=True)
class Candidates:
    """k four-sided shapes in working pixels. Side e runs from corner e to corner e + 1."""

    corners: Reals  # (k, 4, 2)
    on_border: Flags  # (k, 4) the side is the picture's own border
    evidence: Reals  # (k, 9) see _evidence()
    scores: Reals  # (k,)

    def __len__(self) -> int:
        return len(self.corners)

    def chosen(self, which: Places | Flags) -> "Candidates":
        """Only these shapes, in this order."""
        return Candidates(
            self.corners[which], self.on_border[which], self.evidence[which], self.scores[which]
        )


@dataclass(frozen=True, slots=True)
class _Sides:
    """Every line and after them the four borders of the picture, as possible sides."""

    points: Reals
    directions: Reals
    lines: int  # so many are lines, the rest borders


@dataclass(frozen=True, slots=True)
class _Shapes:
    corners: Reals  # (k, 4, 2)
    sides: Places  # (k, 4) which of _Sides

    def chosen(self, which: Flags) -> "_Shapes":
        return _Shapes(self.corners[which], self.sides[which])


def candidates(lines: Lines, picture: SmallPicture) -> Candidates | None:
    """Every plausible shape of two pairs of opposite lines with its score; None without any."""
    sides = _with_borders(lines, picture)
    pairs = _opposite_pairs(sides, lines, picture)
    if len(pairs) < 2:  # noqa: PLR2004
        return None
    shapes = _plausible(_shapes(sides, pairs), picture)
    if len(shapes.corners) == 0:
        return None
    shapes = _best_supported(shapes, lines, picture)
    on_border = shapes.sides >= len(lines)
    evidence = _evidence(shapes, lines, on_border, picture)
    return Candidates(shapes.corners, on_border, evidence, evidence @ _WEIGHTS)


def different(found: Candidates, most: int, apart: float = 9.0) -> Candidates:
    """The `most` best shapes whose corners differ by more than `apart` working pixels."""
    order = np.argsort(-found.scores)[: most * 14]
    corners = _same_start(found.corners[order])
    kept: list[int] = []
    for place in range(len(order)):
        if kept and np.abs(corners[kept] - corners[place]).max(axis=(1, 2)).min() <= apart:
            continue
        kept.append(place)
        if len(kept) == most:
            break
    return found.chosen(order[kept])


def _same_start(corners: Reals) -> Reals:
    """The same shapes, each from its corner nearest to the top left, all turning one way."""
    turning = _cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 1])
    corners = np.where((turning < 0)[:, None, None], corners[:, ::-1], corners)
    first = corners.sum(2).argmin(1)
    order = (first[:, None] + np.arange(4)) % 4
    turned: Reals = np.take_along_axis(corners, order[:, :, None], axis=1)
    return turned


def _with_borders(lines: Lines, picture: SmallPicture) -> _Sides:
    width, height = picture.width, picture.height
    points = [[width / 2, 0], [width / 2, height - 1], [0, height / 2], [width - 1, height / 2]]
    directions = [[1, 0], [1, 0], [0, 1], [0, 1]]
    return _Sides(
        np.concatenate([lines.points, np.array(points, float)]),
        np.concatenate([lines.directions, np.array(directions, float)]),
        len(lines),
    )


def _turns(sides: _Sides) -> Reals:
    """(n, n) angle between every two sides, 0..90 degrees."""
    angles = np.arctan2(sides.directions[:, 1], sides.directions[:, 0])
    turns: Reals = np.abs((angles[:, None] - angles + np.pi / 2) % np.pi - np.pi / 2)
    return turns


def _opposite_pairs(sides: _Sides, lines: Lines, picture: SmallPicture) -> Places:
    """(p, 2) nearly parallel sides that are far enough apart, those with long steps first."""
    one, other = np.triu_indices(len(sides.points), 1)
    offsets = sides.points[other] - sides.points[one]
    apart = np.abs(_cross(sides.directions[one], offsets))
    usable = (
        (_turns(sides)[one, other] < _MOST_TURN_BETWEEN_OPPOSITES)
        & (one < sides.lines)  # not two borders: `one` is always the smaller number
        & (apart > _LEAST_DISTANCE * min(picture.width, picture.height))
    )
    one, other = one[usable], other[usable]
    border = (
        picture.search.border / SAMPLE_GAP * np.array([picture.width, picture.height]).repeat(2)
    )
    strength = np.concatenate([lines.steps[:, -1], border])
    order = np.argsort(-(strength[one] + strength[other]))
    bins = _mean_direction(sides.directions[one], sides.directions[other])[order]
    kept = [order[bins == k][: picture.search.most_pairs] for k in range(DIRECTION_BINS)]
    chosen = np.concatenate(kept)
    return np.stack([one[chosen], other[chosen]], 1)


def _mean_direction(one: Reals, other: Reals) -> Places:
    """The 30 degree bin of two undirected lines' middle direction, by doubling the angle."""
    doubled = _doubled(one) + _doubled(other)
    middle = (np.arctan2(doubled[:, 1], doubled[:, 0]) / (2 * np.pi)) % 1
    return (middle * DIRECTION_BINS).astype(int) % DIRECTION_BINS


def _doubled(directions: Reals) -> Reals:
    x, y = directions[:, 0], directions[:, 1]
    return np.stack([x**2 - y**2, 2 * x * y], 1)


def _shapes(sides: _Sides, pairs: Places) -> _Shapes:
    """Every two pairs that cross at a wide angle, with at most one border among the four."""
    one, other = np.triu_indices(len(pairs), 1)
    first, second = pairs[one], pairs[other]
    crossing = _turns(sides) > _LEAST_TURN_BETWEEN_NEIGHBOURS
    wide = np.ones(len(one), bool)
    for a in (0, 1):
        for b in (0, 1):
            wide &= crossing[first[:, a], second[:, b]]
    borders = (first >= sides.lines).sum(1) + (second >= sides.lines).sum(1)
    usable = wide & (borders <= 1)
    first, second = first[usable], second[usable]
    around = np.stack([first[:, 0], second[:, 1], first[:, 1], second[:, 0]], 1)
    meetings = _meetings(sides)
    corners = np.stack([meetings[around[:, e - 1], around[:, e]] for e in range(4)], 1)
    return _Shapes(corners, around)


def _meetings(sides: _Sides) -> Reals:
    """(n, n, 2) where every two sides meet; very far away when they are parallel."""
    points, directions = sides.points, sides.directions
    across = _cross(directions[:, None], directions[None])
    across = np.where(np.abs(across) < 1e-9, 1e-9, across)  # noqa: PLR2004
    along = _cross(points[None] - points[:, None], directions[None]) / across
    meetings: Reals = points[:, None] + directions[:, None] * along[:, :, None]
    return meetings


def _cross(a: Reals, b: Reals) -> Reals:
    product: Reals = a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0]
    return product


def _plausible(shapes: _Shapes, picture: SmallPicture) -> _Shapes:
    """Only convex shapes of some size whose corners are in the picture or just outside."""
    size = np.array([picture.width, picture.height])
    near = (shapes.corners > -_OUTSIDE * size) & (shapes.corners < (1 + _OUTSIDE) * size)
    shapes = shapes.chosen(np.asarray(near.all(axis=(1, 2))))
    edges = _edges(shapes.corners)
    turning = _cross(edges, np.roll(edges, -1, axis=1))
    convex = np.asarray((turning > 0).all(axis=1) | (turning < 0).all(axis=1))
    large = _areas(shapes.corners) > _LEAST_AREA * size.prod()
    return shapes.chosen(np.asarray(convex & large))


def _best_supported(shapes: _Shapes, lines: Lines, picture: SmallPicture) -> _Shapes:
    """Those with the most of a step along their sides: the rest is not worth a closer look."""
    if len(shapes.corners) <= _LOOKED_AT:
        return shapes
    on_border = shapes.sides >= len(lines)
    support = _Look.at(shapes, lines, on_border).support(picture.search.border)
    lengths = np.linalg.norm(_edges(shapes.corners), axis=2)
    mean = (support * lengths).sum(1) / lengths.sum(1)
    worth = 0.58 * mean + 0.24 * np.sort(support, axis=1)[:, :2].mean(1)
    kept = np.zeros(len(worth), bool)
    kept[np.argpartition(-worth, _LOOKED_AT)[:_LOOKED_AT]] = True
    return shapes.chosen(kept)


def _edges(corners: Reals) -> Reals:
    edges: Reals = np.roll(corners, -1, axis=1) - corners
    return edges


def _areas(corners: Reals) -> Reals:
    areas: Reals = 0.5 * np.abs(_cross(corners, np.roll(corners, -1, axis=1)).sum(1))
    return areas


def _evidence(shapes: _Shapes, lines: Lines, on_border: Flags, picture: SmallPicture) -> Reals:
    """(k, 9) what speaks for or against a page: steps along the sides, along the two weakest
    sides, steps beyond the corners, size, skew, unlike paper along the sides, contrast, two
    neighbours that both run on beyond the side between them, sides that are the border."""
    lengths = np.linalg.norm(_edges(shapes.corners), axis=2)
    look = _Look.at(shapes, lines, on_border)
    support = look.support(picture.search.border)
    mean = (support * lengths).sum(1) / lengths.sum(1)
    weakest_two = np.sort(support, axis=1)[:, :2].mean(1)
    share = _areas(shapes.corners) / (picture.width * picture.height)
    size = np.log10(share / 0.05).clip(-1, 1.2)
    spread, contrast = look.colours(shapes)
    beyond = look.beyond()
    columns = [mean, weakest_two, beyond.mean(axis=(1, 2)), size, _skew(lengths), spread, contrast]
    return np.stack([*columns, _run_through(beyond), on_border.sum(1)], 1)


def _run_through(beyond: Reals) -> Reals:
    """(k,) 1 when both neighbours of some side go on beyond it: then that side lies inside."""
    before, after = np.roll(beyond[:, :, 1], 1, axis=1), np.roll(beyond[:, :, 0], -1, axis=1)
    through: Reals = np.minimum(before, after).max(1)
    return through


def _skew(lengths: Reals) -> Reals:
    """How much longer one side is than its opposite, beyond what a tilted page explains."""
    opposite = np.roll(lengths, -2, axis=1)
    ratio = np.maximum(lengths, opposite) / np.maximum(np.minimum(lengths, opposite), 1e-6)
    skew: Reals = (ratio.max(1) - 1.5).clip(0, 2)
    return skew


@dataclass(frozen=True, slots=True)
class _Look:
    """The stretches of lines that are the sides of shapes."""

    lines: Lines
    line: Places  # (k, 4) which line; any line where the side is a border
    on_border: Flags  # (k, 4)
    low: Reals  # (k, 4) distance along the line of the nearer corner
    high: Reals
    forwards: Flags  # (k, 4) the side runs the way its line does

    @classmethod
    def at(cls, shapes: _Shapes, lines: Lines, on_border: Flags) -> "_Look":
        """Where on its line each side of each shape begins and ends."""
        line = np.minimum(shapes.sides, len(lines) - 1)
        starts = shapes.corners - lines.points[line]
        ends = np.roll(shapes.corners, -1, axis=1) - lines.points[line]
        a = (starts * lines.directions[line]).sum(2)
        b = (ends * lines.directions[line]).sum(2)
        return cls(lines, line, on_border, np.minimum(a, b), np.maximum(a, b), a <= b)

    def support(self, border: float) -> Reals:
        """(k, 4) which share of each visible side has a colour step; `border` for a border."""
        low, high = self._sample(self.low), self._sample(self.high)
        share = self._between(self.lines.steps, low, high) / np.maximum(high - low, 1)
        return np.where(self.on_border, border, share)

    def beyond(self) -> Reals:
        """(k, 4, 2) how much of a step goes on before each side's start and after its end."""
        near, far = _BEYOND_FROM, _BEYOND_TO
        samples = (far - near) / SAMPLE_GAP
        low = self._sample(self.low - far), self._sample(self.low - near)
        high = self._sample(self.high + near), self._sample(self.high + far)
        at_low = self._between(self.lines.steps, *low) / samples
        at_high = self._between(self.lines.steps, *high) / samples
        start = np.where(self.forwards, at_low, at_high)
        end = np.where(self.forwards, at_high, at_low)
        return np.where(self.on_border[:, :, None], 0, np.stack([start, end], 2))

    def colours(self, shapes: _Shapes) -> tuple[Reals, Reals]:
        """(k,) how different the paper looks along the four sides; (k,) how it stands out."""
        low, high = self._sample(self.low), self._sample(self.high)
        samples = np.maximum(high - low, 1)[:, :, None]
        left = self._between(self.lines.left, low, high) / samples
        right = self._between(self.lines.right, low, high) / samples
        centre = shapes.corners.mean(1)[:, None] - self.lines.points[self.line]
        page_is_right = (_cross(self.lines.directions[self.line], centre) > 0)[:, :, None]
        inner = np.where(page_is_right, right, left) * COLOUR_WEIGHT
        outer = np.where(page_is_right, left, right) * COLOUR_WEIGHT
        counts = (~self.on_border)[:, :, None]
        sides = counts.sum(1)
        mean = (inner * counts).sum(1) / sides
        offsets = np.linalg.norm((inner - mean[:, None]) * [0.6, 1, 1], axis=2)
        stands_out = np.linalg.norm(inner - outer, axis=2)
        spread = (offsets * ~self.on_border).sum(1) / sides[:, 0] / 40
        contrast = (stands_out * ~self.on_border).sum(1) / sides[:, 0] / 60
        return spread.clip(0, 1), contrast.clip(0, 1)

    def _sample(self, places: Reals) -> Places:
        numbers = np.round((places - self.lines.first[self.line]) / SAMPLE_GAP)
        return np.clip(numbers, 0, self.lines.counts[self.line]).astype(int)

    def _between(self, sums: Reals, low: Places, high: Places) -> Reals:
        difference: Reals = sums[self.line, high] - sums[self.line, low]
        return difference

"""Where a station belongs: the division that people name, and the union that looks after it."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple, Self

from django.db.models import Q
from django.utils.translation import gettext as _

from stations.choices import DivisionLevel, UnitKind
from stations.models import Division, Unit

SEPARATORS = " /／\\>＞·,，、;；-—\t\n\u3000"
CODE = re.compile(r"\d{6}|\d{9}|\d{12}")
PEOPLES = (
    "各族|土家族|苗族|藏族|羌族|彝族|布依族|侗族|哈尼族|壮族|傣族|白族|景颇族|傈僳族|回族|蒙古族|朝鲜族|满族|瑶族|黎族|畲族|"
    "达斡尔族|鄂温克族|裕固族|土族|撒拉族|东乡族|保安族|拉祜族|佤族|布朗族|纳西族|独龙族|怒族|仡佬族|毛南族|仫佬族|水族|"
    "普米族|哈萨克族?|蒙古|柯尔克孜|塔吉克|锡伯|维吾尔"
)
SUFFIX = re.compile(rf"(?:特别行政区|(?:{PEOPLES})*自治[区州县旗]|地区|林区|新区|省|市|盟|区|县|旗|街道|镇|乡)$")
ZONE = re.compile(
    r"高新|经开|经济|技术开发|开发区|航空港|空港|保税|新区|示范区|实验区|园区|港区|度假|自贸|产业|管委会|化工区|科技城|新城"
)
PLACEHOLDER = "市辖区"
LONGEST_NAME = 20
LEVELS = [level.value for level in DivisionLevel]


class Place(NamedTuple):
    """A division, light enough to hold thousands."""

    code: str
    name: str
    level: str
    parent: str | None
    longitude: float | None
    latitude: float | None


@dataclass(frozen=True)
class Resolved:
    """The division found; `warning` says what of the text had to be left out."""

    place: Place
    warning: str = ""


def lineage(code: str) -> list[str]:
    """The code of a division and those above it, nearest first: 370102001 → 370102001, 370102, 370100, 370000."""
    return list(dict.fromkeys([code, code[:6], f"{code[:4]}00", f"{code[:2]}0000"]))


def supervisor_for(division: Division) -> Unit | None:
    """The union unit of the division, or else of the nearest division above it; None when there is none."""
    return nearest_union(division.code, Unit.objects.filter(kind=UnitKind.UNION, division__in=lineage(division.code)))


def nearest_union(code: str, unions: Iterable[Unit]) -> Unit | None:
    """Of the unions given, that of the division or else of the nearest above it.

    Where several stand in one division, the highest in the tree, then the first in tree order.
    """
    codes = lineage(code)
    near = [unit for unit in unions if unit.division_id in codes]
    return min(near, key=lambda unit: (codes.index(unit.division_id), unit.depth, unit.path), default=None)


@dataclass
class Gazetteer:
    """The divisions by code and by name, and how people write them."""

    by_code: dict[str, Place] = field(default_factory=dict)
    named: dict[str, dict[str, list[Place]]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(list)))
    """What can be named below a division ("" for everywhere): children and grandchildren by full and short name."""

    @classmethod
    def load(cls) -> Self:
        """Provinces, cities and districts. One query."""
        gazetteer = cls()
        gazetteer._add(Division.objects.exclude(level=DivisionLevel.TOWNSHIP).order_by("code"))
        return gazetteer

    def load_townships(self, texts: Iterable[str], home: str = "") -> None:
        """The townships that the texts may name: of the districts that they name. One query at most."""
        codes, parents = set(), set()
        for text in texts:
            if CODE.fullmatch(text):
                codes.add(text[:9])
            else:
                parents |= {place.code for place, rest in self._best(text, home) if rest}
        if codes or parents:
            townships = Division.objects.filter(level=DivisionLevel.TOWNSHIP)
            self._add(townships.filter(Q(code__in=codes) | Q(parent__in=parents)).order_by("code"))

    def resolve(self, text: str, home: str = "") -> Resolved:
        """The division with this code, or that this path of names leads to (山东省济南市历下区, 济南/历下, 高新区).

        `home` is the code of the division of whoever asks: it decides between divisions of one name, and a zone
        without a city belongs to it. Raises ValueError with a sentence.
        """
        text = text.strip()
        if CODE.fullmatch(text):
            return self._by_code(text)
        found = self._best(text, home)
        if len(found) > 1:
            names = _(", ").join(self.path(place) for place, _rest in found[:4])
            raise ValueError(_("Several divisions are called so: %(names)s. Name the city too.") % {"names": names})
        if found:
            place, rest = found[0]
            return Resolved(place, self._left_out(place, rest))
        if ZONE.search(text) and home in self.by_code:
            place = self._city_of(self.by_code[home])
            return Resolved(place, self._left_out(place, text))
        raise ValueError(
            _("There is no division of this name. Write a code such as 370102 or a path such as 山东省/济南市/历下区.")
        )

    def in_address(self, address: str) -> Place | None:
        """The city or district with which an address begins, if it names exactly one."""
        found = self._best(address, "")
        if len(found) != 1:
            return None
        place = found[0][0]
        return None if place.level == DivisionLevel.PROVINCE else place

    def path(self, place: Place) -> str:
        """山东省/济南市/历下区."""
        names = [self.by_code[code].name for code in reversed(lineage(place.code)) if code in self.by_code]
        return "/".join(dict.fromkeys(names))

    def _add(self, divisions: Iterable[Division]) -> None:
        rows = divisions.values_list("code", "name", "level", "parent_id", "longitude", "latitude")  # type: ignore[attr-defined]  # a queryset
        for place in map(Place._make, rows):
            self.by_code[place.code] = place
            above = self.by_code.get(place.parent or "")
            for name in _names(place.name):
                if place.level != DivisionLevel.TOWNSHIP:
                    self.named[""][name].append(place)
                for code in filter(None, [place.parent, above and above.parent]):
                    self.named[code][name].append(place)

    def _by_code(self, text: str) -> Resolved:
        code = text[:9] if text[6:9] not in {"", "000"} else text[:6]
        if code in self.by_code:
            return Resolved(self.by_code[code])
        if code[:6] in self.by_code:
            place = self.by_code[code[:6]]
            return Resolved(place, self._left_out(place, text))
        raise ValueError(_("There is no division with this code."))

    def _best(self, text: str, home: str) -> list[tuple[Place, str]]:
        """The divisions that account for most of the text, each with what it leaves; of namesakes those at home."""
        found = list(self._walk(text, ""))
        least = min((len(rest) for _place, rest in found), default=0)
        best = dict.fromkeys((place, rest) for place, rest in found if len(rest) == least)
        if len(best) > 1:
            for codes in lineage(home) if home else []:
                near = [(place, rest) for place, rest in best if codes in lineage(place.code)]
                if near:
                    best = dict.fromkeys(near)
                    break
        highest = min((LEVELS.index(place.level) for place, _rest in best), default=0)
        return [(place, rest) for place, rest in best if LEVELS.index(place.level) == highest]

    def _walk(self, text: str, below: str) -> Iterator[tuple[Place, str]]:
        rest = text.strip(SEPARATORS)
        rest = rest.removeprefix(PLACEHOLDER).lstrip(SEPARATORS)
        if below:
            yield self.by_code[below], rest
            # 北京市北京市东城区: the city of a municipality repeats its name.
            rest = rest.removeprefix(self.by_code[below].name).lstrip(SEPARATORS)
        names = self.named.get(below, {})
        for length in range(min(LONGEST_NAME, len(rest)), 1, -1):
            for place in names.get(rest[:length], ()):
                yield from self._walk(rest[length:], place.code)

    def _left_out(self, place: Place, rest: str) -> str:
        if not rest or place.level == DivisionLevel.TOWNSHIP:
            # Below a township the text names villages and communities, which are no divisions here.
            return ""
        if ZONE.search(rest):
            sentence = _("“%(rest)s” is no administrative division; the station is entered under %(place)s.")
        else:
            sentence = _("“%(rest)s” is not known in %(place)s; the station is entered under %(place)s.")
        return sentence % {"rest": rest, "place": self.path(place)}

    def _city_of(self, place: Place) -> Place:
        above = self.by_code.get(f"{place.code[:4]}00")
        return above if above and place.level in {DivisionLevel.DISTRICT, DivisionLevel.TOWNSHIP} else place


def _names(name: str) -> set[str]:
    """A division's full name and what it is called for short: 恩施土家族苗族自治州 is 恩施 and 恩施州."""
    short = SUFFIX.sub("", name)
    if len(short) < 2:
        return {name}
    return {name, short, f"{short}州"} if name.endswith("自治州") else {name, short}

"""Made-up tickets in five languages, with conversation and work order, from which a known fact can be taken."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from audit.domain.event import Personal
from audit.domain.ticket import TicketOpened
from audit.domain.work_order import WorkOrderIssued

if TYPE_CHECKING:
    from tests.projections.given import Log

LANGUAGES: Final = ("en", "lt", "bg", "ru", "zh")
_NOON: Final = datetime(2026, 3, 4, 12, tzinfo=UTC)


class Way(NamedTuple):
    """How one thing is said by the customer, and how it is written down."""

    said: str
    written: str


@dataclass(frozen=True)
class Tongue:
    """The phrases of a language; ``{}`` is where the value goes."""

    opening: Sequence[Way]
    phone: Sequence[Way]
    address: Sequence[Way]
    access: Sequence[Way]
    identifier: Sequence[Way]
    time: Sequence[Way]
    person: Sequence[Way]
    streets: Sequence[Way]
    days: Sequence[Way]
    names: Sequence[Way]
    asked: Sequence[str]
    tried: str
    numbers: str
    joint: str = " "
    devices: Sequence[str] = field(default=("Bosch WAN28282", "Samsung RB38T", "TP-Link AX55", "Vaillant VUW 242"))


TONGUES: Final[dict[str, Tongue]] = {
    "en": Tongue(
        opening=(
            Way("Hello, my {device} stopped working {day}.", "{device} not working {day}."),
            Way("Hi there, the {device} has been leaking {day}, it is everywhere.", "{device} leaks {day}."),
        ),
        days=(
            Way("since last Tuesday", "since 2026-03-03"),
            Way("since Monday", "since 2 March"),
            Way("since yesterday", "since 3 March 2026"),
        ),
        phone=(Way("You can call me on {}.", "Tel. {}."), Way("My number is {}.", "Call {} before the visit.")),
        address=(Way("I live at {}.", "Address: {}."), Way("The place is {}.", "{}.")),
        streets=(
            Way("{} Maple Street", "{} Maple St"),
            Way("{} Harbour Road", "{} Harbour Road"),
            Way("{} Orchard Lane", "{} Orchard Lane"),
        ),
        access=(
            Way("The door code is {code}.", "Door code {code}."),
            Way("There is a big dog in the yard.", "Dog in yard."),
            Way("The key is with the neighbour.", "Key at the neighbour's."),
            Way("Please park behind the house.", "Park behind house."),
        ),
        identifier=(Way("The serial number is {}.", "S/N {}."), Way("My order number is {}.", "Order {}.")),
        time=(
            Way("I am home from 9:00 to 12:00.", "At home 9:00-12:00."),
            Way("Please come after 5 pm.", "Visit after 17:00."),
        ),
        person=(Way("My name is {}.", "Customer: {}."), Way("This is {} speaking.", "Contact person {}.")),
        names=(Way("Oliver Whitcombe", "O. Whitcombe"), Way("Grace Penhallow", "Grace Penhallow")),
        asked=(
            "Could you tell me more, please?",
            "Thank you. What else should the technician know?",
            "I see, I am sorry about that.",
        ),
        tried="Restarted, no change. Customer wants a repair.",
        numbers="+44 20 7946 0{}",
    ),
    "lt": Tongue(
        opening=(
            Way("Laba diena, mano {device} neveikia {day}.", "{device} neveikia {day}."),
            Way("Sveiki, {device} sugedo, vanduo bėga {day}.", "Sugedęs {device} {day}."),
        ),
        days=(
            Way("nuo antradienio", "nuo 2026-03-03"),
            Way("nuo vakar", "nuo 2026-03-03"),
            Way("nuo kovo 2 d.", "nuo 2026-03-02"),
        ),
        phone=(Way("Galite skambinti {}.", "Tel. {}."), Way("Mano numeris {}.", "Skambinti {} prieš atvykstant.")),
        address=(Way("Gyvenu {}.", "Adresas: {}."), Way("Adresas yra {}.", "{}.")),
        streets=(
            Way("Liepų g. {}", "Liepų gatvė {}"),
            Way("Vytauto g. {}", "Vytauto g. {}"),
            Way("Žemaitės g. {}", "Žemaitės g. {}"),
        ),
        access=(
            Way("Durų kodas {code}.", "Durų kodas {code}."),
            Way("Kieme yra šuo.", "Kieme šuo."),
            Way("Raktas pas kaimynę.", "Raktas pas kaimynę."),
            Way("Domofonas neveikia.", "Neveikia domofonas."),
        ),
        identifier=(Way("Serijos numeris {}.", "S/N {}."), Way("Užsakymo numeris {}.", "Užsakymas {}.")),
        time=(
            Way("Būsiu namie nuo 9:00 iki 12:00.", "Namie 9:00–12:00."),
            Way("Atvykite po 17 val.", "Vizitas po 17:00."),
        ),
        person=(Way("Mano vardas {}.", "Klientas {}."), Way("Kalba {}.", "Kontaktinis asmuo {}.")),
        names=(Way("Rūta Žukauskienė", "R. Žukauskienė"), Way("Tomas Petraitis", "Tomas Petraitis")),
        asked=("Ar galite papasakoti daugiau?", "Ačiū. Ką dar turėtų žinoti meistras?", "Suprantu, labai atsiprašau."),
        tried="Perkrauta, nepadėjo. Klientas prašo sutaisyti.",
        numbers="+370 612 3{}",
    ),
    "bg": Tongue(
        opening=(
            Way("Здравейте, {device} не работи {day}.", "{device} не работи {day}."),
            Way("Добър ден, {device} тече {day}.", "Тече {device} {day}."),
        ),
        days=(Way("от вторник", "от 03.03.2026"), Way("от вчера", "от 3 март 2026"), Way("от понеделник", "от 2 март")),
        phone=(
            Way("Можете да ми звъните на {}.", "Тел. {}."),
            Way("Номерът ми е {}.", "Обаждане на {} преди посещение."),
        ),
        address=(Way("Живея на {}.", "Адрес: {}."), Way("Адресът е {}.", "{}.")),
        streets=(
            Way("ул. Липа {}", "ул. Липа № {}"),
            Way("ул. Шипка {}", "ул. Шипка {}"),
            Way("бул. Витоша {}", "бул. Витоша {}"),
        ),
        access=(
            Way("Кодът на входа е {code}.", "Код на входа {code}."),
            Way("В двора има куче.", "Куче в двора."),
            Way("Ключът е при съседката.", "Ключ при съседката."),
            Way("Домофонът не работи.", "Не работи домофонът."),
        ),
        identifier=(Way("Серийният номер е {}.", "Сериен номер {}."), Way("Номерът на поръчката е {}.", "Поръчка {}.")),
        time=(
            Way("Вкъщи съм от 9:00 до 12:00.", "Вкъщи 9:00-12:00."),
            Way("Елате след 17:00 часа.", "Посещение след 17:00."),
        ),
        person=(Way("Казвам се {}.", "Клиент: {}."), Way("Аз съм {}.", "Лице за контакт {}.")),
        names=(Way("Мария Стоянова", "М. Стоянова"), Way("Георги Димитров", "Георги Димитров")),
        asked=("Бихте ли казали повече?", "Благодаря. Какво още трябва да знае техникът?", "Разбирам, съжалявам."),
        tried="Рестартиран, без резултат. Клиентът иска ремонт.",
        numbers="+359 88 712 {}",
    ),
    "ru": Tongue(
        opening=(
            Way("Здравствуйте, {device} не работает {day}.", "{device} не работает {day}."),
            Way("Добрый день, {device} протекает {day}.", "Протекает {device} {day}."),
        ),
        days=(
            Way("со вторника", "с 03.03.2026"),
            Way("со вчерашнего дня", "с 3 марта 2026"),
            Way("с понедельника", "с 2 марта"),
        ),
        phone=(Way("Звоните мне по номеру {}.", "Тел. {}."), Way("Мой телефон {}.", "Позвонить {} перед визитом.")),
        address=(Way("Я живу на {}.", "Адрес: {}."), Way("Адрес: {}.", "{}.")),
        streets=(
            Way("ул. Садовая, д. {}", "Садовая ул., дом {}"),
            Way("ул. Лесная, д. {}", "ул. Лесная {}"),
            Way("ул. Победы, д. {}", "ул. Победы, {}"),
        ),
        access=(
            Way("Код домофона {code}.", "Домофон {code}."),
            Way("Во дворе собака.", "Собака во дворе."),
            Way("Ключ у соседки.", "Ключ у соседки."),
            Way("Домофон не работает.", "Не работает домофон."),
        ),
        identifier=(Way("Серийный номер {}.", "С/н {}."), Way("Номер заказа {}.", "Заказ {}.")),
        time=(Way("Я дома с 9:00 до 12:00.", "Дома 9:00-12:00."), Way("Приезжайте после 17:00.", "Визит после 17:00.")),
        person=(Way("Меня зовут {}.", "Клиент: {}."), Way("Это {}.", "Контактное лицо {}.")),
        names=(Way("Анна Кузнецова", "А. Кузнецова"), Way("Сергей Морозов", "Сергей Морозов")),
        asked=(
            "Расскажите, пожалуйста, подробнее?",
            "Спасибо. Что ещё нужно знать мастеру?",
            "Понимаю, приношу извинения.",
        ),
        tried="Перезагружали, не помогло. Клиент просит починить.",
        numbers="+7 916 123-{}",
    ),
    "zh": Tongue(
        opening=(
            Way("你好，我的{device}{day}坏了。", "{device}{day}故障。"),
            Way("您好，{device}{day}一直漏水。", "{device}漏水，{day}。"),
        ),
        days=(Way("从昨天开始", "自3月3日"), Way("从3月2日", "自2026年3月2日"), Way("从前天开始", "自3月2日")),
        phone=(Way("请打我的电话{}。", "电话：{}。"), Way("我的手机号是{}。", "上门前致电{}。")),
        address=(Way("我住在{}。", "地址：{}。"), Way("地址是{}。", "{}。")),
        streets=(Way("人民路{}号", "人民路{}号"), Way("解放路{}号", "解放路{}号"), Way("中山路{}号", "中山路{}号")),
        access=(
            Way("门禁密码是{code}。", "门禁密码{code}。"),
            Way("院子里有狗。", "院内有狗。"),
            Way("钥匙在邻居那里。", "钥匙在邻居处。"),
            Way("门铃坏了。", "门铃坏。"),
        ),
        identifier=(Way("序列号是{}。", "序列号{}。"), Way("我的订单号是{}。", "订单号：{}。")),
        time=(Way("我上午9点到12点在家。", "9:00-12:00在家。"), Way("请下午5点以后来。", "17:00后上门。")),
        person=(Way("我叫{}。", "客户：{}。"), Way("我是{}。", "联系人{}。")),
        names=(Way("王小明", "王小明"), Way("李建国", "李建国")),
        asked=("请问还有其他情况吗？", "谢谢，师傅还需要知道什么？", "明白了，非常抱歉。"),
        tried="重启过，无效。客户要求维修。",
        numbers="138 0013 {}",
        joint="",
    ),
}
_ORDER: Final = ("opening", "person", "phone", "address", "access", "identifier", "time")
KINDS_OF: Final = {
    "person": "person",
    "phone": "phone",
    "address": "address",
    "access": "access",
    "identifier": "identifier",
    "time": "time",
}


@dataclass(frozen=True)
class Made:
    """A ticket that was made up: ``said`` are the customer's lines, ``written`` the ticket's clauses by their name."""

    number: int
    language: str
    said: tuple[str, ...]
    asked: tuple[str, ...]
    written: dict[str, str]
    values: dict[str, str]

    def text(self, *, without: str | None = None) -> str:
        joint = TONGUES[self.language].joint
        return joint.join(clause for name, clause in self.written.items() if name != without)

    def told(self, log: Log, ticket: str, order: str) -> str:
        """Write the ticket into a log, with these texts of ticket and work order; return its id."""
        written = f"T-{self.number}"
        talk, customer = ("conversation", f"C-{self.number}"), ("customer", f"K-{self.number}")
        for place, line in enumerate(self.said):
            at = _NOON + timedelta(minutes=2 * place)
            log.say(line, customer, talk, at=at, item=("message", f"{written}-{place}"))
            if place < len(self.asked):
                asked = self.asked[place]
                log.say(
                    asked,
                    customer,
                    talk,
                    at=at + timedelta(minutes=1),
                    role="agent",
                    item=("message", f"{written}-a{place}"),
                )
        ties = (("ticket", written), customer, talk)
        after = _NOON + timedelta(hours=1)
        log.tell(
            TicketOpened(text=Personal(ticket, commit=f"{self.number}"), category="fault"),
            *ties,
            item=("ticket", written),
            at=after,
            role="agent",
        )
        issued = WorkOrderIssued(text=Personal(order, commit=f"{self.number}w"))
        log.tell(
            issued,
            ("work_order", f"W-{self.number}"),
            ("ticket", written),
            item=("work_order", f"W-{self.number}"),
            at=after + timedelta(hours=1),
            role="supervisor",
        )
        return written


def made_up(number: int) -> Made:
    """Return a ticket that depends on its number alone."""
    dice = random.Random(number)  # noqa: S311  # made-up tickets need no secrets
    language = LANGUAGES[number % len(LANGUAGES)]
    tongue = TONGUES[language]
    values = _values(tongue, dice)
    said, written = [], {}
    for name in _ORDER:
        way: Way = dice.choice(getattr(tongue, name))
        first, second = values[name]
        said.append(_filled(way.said, first, values))
        written[name] = _filled(way.written, second, values, written=True)
    opening, rest = said[0], said[1:]
    pairs = dict(zip(_ORDER[1:], rest, strict=True))
    order = list(pairs)
    dice.shuffle(order)
    lines = [opening, *(pairs[name] for name in order)]
    asked = [dice.choice(tongue.asked) for _ in lines]
    written["tried"] = tongue.tried
    return Made(number, language, tuple(lines), tuple(asked), written, {name: pairs[name] for name in order})


def _filled(pattern: str, value: str, values: dict[str, tuple[str, str]], *, written: bool = False) -> str:
    place = int(written)
    return pattern.replace("{}", value).format(
        device=values["device"][0], day=values["day"][place], code=values["code"][0]
    )


def _values(tongue: Tongue, dice: random.Random) -> dict[str, tuple[str, str]]:
    number = tongue.numbers.format(
        dice.randint(1000, 9999) if not tongue.numbers.startswith("+44") else dice.randint(100, 999)
    )
    street, day, name = dice.choice(tongue.streets), dice.choice(tongue.days), dice.choice(tongue.names)
    house = str(dice.randint(2, 120))
    serial = f"{dice.choice(('SN', 'QX', 'B7'))}{dice.randint(100000, 999999)}"
    device, code = dice.choice(list(tongue.devices)), str(dice.randint(1000, 9999))
    return {
        "opening": ("", ""),
        "phone": (number, number.replace(" ", "").replace("-", "") if dice.random() < 0.5 else number),
        "address": (street.said.format(house), street.written.format(house)),
        "access": ("", ""),
        "identifier": (serial, serial),
        "time": ("", ""),
        "person": (name.said, name.written),
        "device": (device, device),
        "day": (day.said, day.written),
        "code": (code, code),
    }

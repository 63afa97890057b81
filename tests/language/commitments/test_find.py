"""What counts as a promise, clause by clause of the definition, in each language."""

from __future__ import annotations

import pytest

from audit.language.commitments.find import Commitment, commitment, commitments
from audit.language.commitments.lexicon import LANGUAGES, lexicon

PROMISES = {
    "future": {
        "en": "We will repair the oven for you.",
        "lt": "Suremontuosime jums orkaitę.",
        "bg": "Ще ви ремонтираме фурната.",
        "ru": "Мы отремонтируем вам духовку.",
        "zh": "我们会为您维修烤箱。",
    },
    "present": {
        "en": "I'm sending you a new remote today.",
        "lt": "Šiandien jums siunčiame naują pultelį.",
        "bg": "Днес ви изпращаме ново дистанционно.",
        "ru": "Сегодня отправляем вам новый пульт.",
        "zh": "今天给您寄新的遥控器。",
    },
    "passive": {
        "en": "Your account will be credited.",
        "lt": "Jūsų sąskaita bus papildyta.",
        "bg": "Сметката ви ще бъде кредитирана.",
        "ru": "Ваш счёт будет пополнен.",
        "zh": "款项将退回您的账户。",
    },
    "elliptic": {
        "en": "Done by Friday.",
        "lt": "Sutvarkyta iki penktadienio.",
        "bg": "Готово до петък.",
        "ru": "Готово до пятницы.",
        "zh": "周五前处理好。",
    },
    "negative": {
        "en": "You won't be charged.",
        "lt": "Jums nieko nereikės mokėti.",
        "bg": "Няма да плащате нищо.",
        "ru": "Вам не придётся платить.",
        "zh": "不会向您收费。",
    },
    "imperative": {
        "en": "Expect a text by 3.",
        "lt": "Laukite žinutės iki 15 val.",
        "bg": "Очаквайте обаждане до 15 ч.",
        "ru": "Ожидайте звонка до 15:00.",
        "zh": "请留意，三点前会有短信通知您。",
    },
    "vague but firm": {
        "en": "We will sort this out.",
        "lt": "Mes tai išspręsime.",
        "bg": "Ще се справим с това.",
        "ru": "Мы это уладим.",
        "zh": "我们一定会解决这个问题。",
    },
    "feedback passed on": {
        "en": "I'll pass your feedback on.",
        "lt": "Perduosiu jūsų atsiliepimą.",
        "bg": "Ще предам мнението ви.",
        "ru": "Передам ваш отзыв.",
        "zh": "我会把您的建议反馈上去。",
    },
    "first half of a split message": {
        "en": "(1/2) So sorry to hear that! We'll collect the lamp on Monday and",
        "lt": "(1/2) Labai gaila! Pirmadienį paimsime lempą ir",
        "bg": "(1/2) Много съжаляваме! Ще вземем лампата в понеделник и",
        "ru": "(1/2) Очень жаль! Заберём лампу в понедельник и",
        "zh": "(1/2) 非常抱歉！我们周一会上门取灯，然后",
    },
}
NO_PROMISES = {
    "question": {
        "en": "When will you be at home?",
        "lt": "Ar būsite namuose?",
        "bg": "Ще бъдете ли вкъщи?",
        "ru": "Вы будете дома?",
        "zh": "您明天会在家吗？",
    },
    "request": {
        "en": "Please send us the serial number.",
        "lt": "Atsiųskite mums serijos numerį.",
        "bg": "Изпратете ни серийния номер.",
        "ru": "Пришлите нам серийный номер.",
        "zh": "请把序列号发给我们。",
    },
    "past fact": {
        "en": "We sent the parcel on Monday.",
        "lt": "Siuntą išsiuntėme pirmadienį.",
        "bg": "Изпратихме пратката в понеделник.",
        "ru": "Мы отправили посылку в понедельник.",
        "zh": "我们昨天已经寄出包裹了。",
    },
    "policy": {
        "en": "Refunds usually take 5 days.",
        "lt": "Pinigai paprastai grąžinami per 5 dienas.",
        "bg": "Парите обикновено се връщат до 5 дни.",
        "ru": "Возврат обычно занимает 5 дней.",
        "zh": "退款一般需要5天。",
    },
    "negation": {
        "en": "We will not be able to repair it.",
        "lt": "Suremontuoti negalėsime.",
        "bg": "Няма да можем да го ремонтираме.",
        "ru": "Мы не сможем это отремонтировать.",
        "zh": "我们无法为您维修。",
    },
    "hedge": {
        "en": "We'll try to call you tomorrow.",
        "lt": "Pasistengsime rytoj paskambinti.",
        "bg": "Ще се опитаме да се обадим утре.",
        "ru": "Постараемся позвонить завтра.",
        "zh": "我们尽量明天给您打电话。",
    },
    "quotation": {
        "en": 'You wrote: "we will refund you tomorrow".',
        "lt": "Jūs rašėte: „rytoj grąžinsime pinigus“.",
        "bg": "Писахте: „утре ще върнем парите“.",
        "ru": "Вы писали: «завтра вернём деньги».",
        "zh": "您写的是“我们明天会退款”。",
    },
    "quoted mail": {
        "en": "> We will call you tomorrow",
        "lt": "> Rytoj jums paskambinsime",
        "bg": "> Ще ви се обадим утре",
        "ru": "> Завтра мы вам позвоним",
        "zh": "> 我们明天会给您打电话",
    },
    "idiom": {
        "en": "We'll see.",
        "lt": "Pamatysime.",
        "bg": "Ще видим.",
        "ru": "Посмотрим.",
        "zh": "到时候再看吧。",
    },
    "courtesy": {
        "en": "Happy to help!",
        "lt": "Mielai padėsime!",
        "bg": "С удоволствие ще помогнем!",
        "ru": "Будем рады помочь!",
        "zh": "很高兴为您服务！",
    },
    "device": {
        "en": "The modem will restart.",
        "lt": "Modemas persikraus.",
        "bg": "Модемът ще се рестартира.",
        "ru": "Модем перезагрузится.",
        "zh": "设备会自动重启。",
    },
    "act in the call": {
        "en": "Let me check. I'm putting you through.",
        "lt": "Tuoj patikrinsiu. Sujungiu su kolega.",
        "bg": "Сега ще проверя. Свързвам ви с колега.",
        "ru": "Сейчас проверю. Соединяю с коллегой.",
        "zh": "我帮您查一下。马上为您转接。",
    },
    "marketing": {
        "en": "You'll love our new tariff!",
        "lt": "Jums patiks naujasis tarifas!",
        "bg": "Ще харесате новата тарифа!",
        "ru": "Вам понравится новый тариф!",
        "zh": "您会爱上我们的新套餐！",
    },
    "offer": {
        "en": "I can send a new one if you like.",
        "lt": "Jei norite, galiu atsiųsti naują.",
        "bg": "Ако желаете, мога да изпратя нов.",
        "ru": "Если хотите, могу прислать новый.",
        "zh": "如果您需要，我可以给您寄一个新的。",
    },
    "request, then willingness": {
        "en": "Send us the form and we'd be happy to look.",
        "lt": "Atsiųskite formą, mielai pažiūrėtume.",
        "bg": "Изпратете формуляра, с удоволствие бихме погледнали.",
        "ru": "Пришлите форму, с радостью посмотрели бы.",
        "zh": "您把表格发给我们，我们很乐意看看。",
    },
}
CONDITIONS = {
    "en": "Send us the form and we'll look.",
    "lt": "Atsiųskite formą ir mes pažiūrėsime.",
    "bg": "Изпратете формуляра и ще погледнем.",
    "ru": "Пришлите форму, и мы посмотрим.",
    "zh": "您把表格发给我们，我们会尽快查看并答复您。",
}
TIMINGS = {
    "en": "As soon as we have news we will call you.",
    "lt": "Kai tik turėsime naujienų, paskambinsime jums.",
    "bg": "Щом имаме новини, ще ви се обадим.",
    "ru": "Как только появятся новости, мы вам позвоним.",
    "zh": "一有消息我们就联系您。",
}
SOON = {
    "en": "We will call you as soon as possible.",
    "lt": "Paskambinsime jums kuo greičiau.",
    "bg": "Ще ви се обадим възможно най-скоро.",
    "ru": "Позвоним вам как можно скорее.",
    "zh": "我们会尽快给您打电话。",
}
BY_WHEN_HOW_MUCH = {
    "en": ("We'll refund you 40 euros by Tuesday.", "by Tuesday", "40 euros"),
    "lt": ("Iki antradienio grąžinsime jums 40 eurų.", "Iki antradienio", "40 eurų"),
    "bg": ("До вторник ще ви върнем 40 лева.", "До вторник", "40 лева"),
    "ru": ("До вторника вернём вам 40 рублей.", "До вторника", "40 рублей"),
    "zh": ("周二前我们会退您40元。", "周二前", "40元"),
}
AGENTS = {
    "en": "I'll write to you tomorrow.",
    "lt": "Rytoj jums parašysiu.",
    "bg": "Ще ви пиша утре.",
    "ru": "Завтра вам напишу.",
    "zh": "我明天给您写信。",
}
COLLEAGUES = {
    "en": "Our colleague Rita will visit you tomorrow.",
    "lt": "Rytoj jus aplankys mūsų kolegė Rita.",
    "bg": "Утре ще ви посети нашата колежка Рита.",
    "ru": "Завтра к вам приедет наша коллега Рита.",
    "zh": "同事小李明天会上门拜访您。",
}
OF_THIRDS = {
    "en": "The seller says they will refund you tomorrow.",
    "lt": "Pardavėjas sako, kad rytoj grąžins pinigus.",
    "bg": "Продавачът казва, че утре ще върне парите.",
    "ru": "Продавец говорит, что завтра вернёт деньги.",
    "zh": "卖家说明天会给您退款。",
}
OF_CUSTOMERS = {
    "en": "You said you would pay by Monday.",
    "lt": "Sakėte, kad sumokėsite iki pirmadienio.",
    "bg": "Казахте, че ще платите до понеделник.",
    "ru": "Вы говорили, что оплатите до понедельника.",
    "zh": "您说过周一前会付款。",
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("form", PROMISES)
def test_a_promise_counts_in_whatever_form(form: str, language: str) -> None:
    assert commitment(PROMISES[form][language], language=language).promise


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", NO_PROMISES)
def test_what_only_sounds_like_a_promise_is_none(kind: str, language: str) -> None:
    assert not commitment(NO_PROMISES[kind][language], language=language).promise


@pytest.mark.parametrize("language", LANGUAGES)
def test_after_a_request_the_promise_is_conditional(language: str) -> None:
    found = commitment(CONDITIONS[language], language=language)
    assert found.promise
    assert found.conditional


@pytest.mark.parametrize("language", LANGUAGES)
def test_mere_timing_is_no_condition(language: str) -> None:
    found = commitment(TIMINGS[language], language=language)
    assert found.promise
    assert not found.conditional


@pytest.mark.parametrize("language", LANGUAGES)
def test_soon_is_no_deadline(language: str) -> None:
    found = commitment(SOON[language], language=language)
    assert found.promise
    assert found.deadline is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_deadline_and_amount_are_the_words_as_written(language: str) -> None:
    text, deadline, amount = BY_WHEN_HOW_MUCH[language]
    found = commitment(text, language=language)
    assert (found.promise, found.deadline, found.amount) == (True, deadline, amount)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_person_is_the_agent(language: str) -> None:
    assert commitment(AGENTS[language], language=language).who == "agent"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_named_colleague_is_the_company(language: str) -> None:
    assert commitment(COLLEAGUES[language], language=language).who == "company"


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_third_person_promised_is_only_reported(language: str) -> None:
    found = commitment(OF_THIRDS[language], language=language)
    assert (found.promise, found.who) == (False, "third")


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_customer_promised_is_only_reported(language: str) -> None:
    found = commitment(OF_CUSTOMERS[language], language=language)
    assert (found.promise, found.who) == (False, "customer")


@pytest.mark.parametrize(
    "text",
    [
        "We’ll refund you by Friday.",
        "WE'LL REFUND YOU BY FRIDAY",
        "we will refund you by friday",
        "gonna refund you by Friday 😊",
        "Ill refund you by Friday",
        "Ｗｅ will refund you by Friday",
        "@4711 We'll refund you by Friday. ^AB",
    ],
)
def test_careless_writing_does_not_hide_a_promise(text: str) -> None:
    found = commitment(text, language="en")
    assert found.promise
    assert (found.deadline or "").lower() == "by friday"


@pytest.mark.parametrize(
    "text",
    [
        "We will call you.",
        "Paskambinsime jums rytoj.",
        "Ще ви се обадим утре.",
        "Завтра мы вам перезвоним.",
        "我们会联系您。",
    ],
)
def test_the_language_need_not_be_named(text: str) -> None:
    assert commitment(text).promise


def test_two_languages_in_one_message_are_both_read() -> None:
    assert commitment("Здравствуйте! We will call you tomorrow.", language="ru").promise
    assert commitment("Dear customer, rytoj jums paskambinsime.", language="en").promise


def test_the_span_quotes_the_committing_sentence() -> None:
    text = "So sorry 🙏🏽 about that! We'll refund you tomorrow. Have a nice day."
    (span,) = commitment(text, language="en").spans
    assert text[span.start : span.end] == "We'll refund you tomorrow."


def test_spans_count_the_letters_as_they_were_written() -> None:
    text = "Atsipras\u030cau. Gra\u0328z\u030cinsime pinigus rytoj."
    found = commitment(text, language="lt")
    (span,) = found.spans
    assert text[span.start : span.end] == "Gra\u0328z\u030cinsime pinigus rytoj."
    assert found.deadline == "rytoj"


def test_the_most_definite_of_several_promises_tells_by_when() -> None:
    text = "We'll look into it. I'll call you by 5 pm on Monday with the answer."
    found = commitment(text, language="en")
    assert (found.who, found.deadline) == ("agent", "by 5 pm on Monday")
    assert len(found.spans) == 2
    assert [each.who for each in commitments(text, language="en")] == ["company", "agent"]


@pytest.mark.parametrize(
    "text", ["", " ", "\n", "?", "...", "\ud800", "😊", "\u202e\u200f", "@", '"', "> ", "1" * 1000]
)
def test_rubbish_promises_nothing(text: str) -> None:
    for language in (None, *LANGUAGES):
        nothing = Commitment(promise=False, who="none", deadline=None, amount=None, conditional=False, spans=())
        assert commitment(text, language=language) == nothing


@pytest.mark.parametrize(
    "piece",
    [
        "we will ",
        "1",
        "in 3 to ",
        "send us ",
        "会",
        "ще ",
        "не ",
        "Ж",
        "a ",
        "'",
        '"',
        "if ",
        "и ",
        ",",
        "$1,",
        "\u0301",
    ],
)
def test_a_hostile_text_is_read_in_bounded_time(piece: str) -> None:
    for language in LANGUAGES:
        commitment(piece * (200_000 // len(piece)), language=language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_need_of_a_rule_is_a_pattern_that_is_there(language: str) -> None:
    rules = lexicon(language)
    needs = [need for rule in rules.commits for need in rule.needs]
    needs += [need for subject in rules.subjects for need in subject.needs]
    spared = [name for block in rules.blocks for name in block.spared]
    names = {name.rpartition(":")[2] for need in [*needs, *spared] for name in need.split("|")}
    assert names <= rules.patterns.keys()

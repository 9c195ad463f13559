"""Foreign words that a commune's bulletins use, as they are spoken; keys in lower case."""

from __future__ import annotations

FOREIGN = {
    "facebook": "phây búc", "zalo": "da lô", "youtube": "diu túp", "google": "gu gồ", "gmail": "gi meo",
    "tiktok": "tích tóc", "messenger": "mét sen giơ", "viber": "vai bơ", "internet": "in tơ nét", "wifi": "oai phai",
    "website": "oép sai", "web": "oép", "email": "i meo", "online": "on lai", "offline": "óp lai", "video": "vi đê ô",
    "camera": "ca mê ra", "radio": "ra đi ô", "karaoke": "ca ra ô kê", "taxi": "tắc xi", "fax": "phách", "app": "áp",
    "apps": "áp", "smartphone": "sờ mát phôn", "clip": "cờ líp", "file": "phai", "hotline": "hót lai",
    "livestream": "lai sờ trim", "fanpage": "phan pết", "server": "sơ vơ", "robot": "rô bốt", "logo": "lô gô",
    "covid": "cô vít", "corona": "cô rô na", "vaccine": "vắc xin", "vacxin": "vắc xin",
    "vitamin": "vi ta min", "virus": "vi rút", "chloramin": "cờ lo ra min", "cloramin": "cờ lo ra min", "gas": "ga",
    "oxy": "ô xy", "oxi": "ô xi", "container": "công ten nơ", "bus": "buýt", "marathon": "ma ra tông",
    "logistics": "lô gi tích", "festival": "phét ti van", "internetbanking": "in tơ nét banh kinh", "pano": "pa nô",
    "poster": "pốt tơ", "dioxin": "đi ô xin", "nitrat": "ni trát", "amoni": "a mô ni",
    "visa": "vi sa", "voucher": "vao chơ", "homestay": "hôm sờ tây", "resort": "ri sót", "shipper": "síp pơ",
    "ship": "síp", "photo": "phô tô", "photocopy": "phô tô cóp pi", "scan": "xờ can",
    "trailer": "trây lơ", "tivi": "ti vi", "laptop": "láp tóp", "smart": "sờ mát", "aids": "ết",
    "flycam": "phờ lai cam", "drone": "đờ rôn", "micro": "mi cờ rô", "amply": "âm li", "ampli": "âm li",
    # companies and banks
    "viettel": "viết teo", "vinaphone": "vi na phôn", "mobifone": "mô bi phôn", "vietnamobile": "việt nam mô bai",
    "agribank": "a gờ ri banh", "vietcombank": "việt com banh", "vietinbank": "việt tin banh", "momo": "mô mô",
    "petrolimex": "pét rô li méc", "vingroup": "vin gờ rúp", "vietnam": "việt nam",
    # storms
    "yagi": "i a gi", "noru": "nô ru", "molave": "mô la vê", "trami": "tra mi", "damrey": "đam rây", "wutip": "u típ",
    "wipha": "uy pha", "kajiki": "ca gi ki", "bualoi": "bua loi", "ragasa": "ra ga sa", "matmo": "mát mô",
    "kalmaegi": "can mê ghi", "talim": "ta lim", "prapiroon": "pờ ra pi run", "soulik": "sâu lích",
    "tembin": "tem bin", "doksuri": "đốc su ri", "xangsane": "xang sen", "ketsana": "két sa na", "nangka": "nang ca",
    "saola": "sao la", "sinlaku": "sin la cu", "vamco": "vam cô", "etau": "ê tau", "saudel": "sau đeo",
    # places whose names are not written in the national script
    "đắk": "đắc", "đăk": "đắc", "dak": "đắc", "lắk": "lắc", "kon": "con", "krông": "cờ rông", "pleiku": "pờ lây cu",
    "plei": "pờ lây", "kbang": "cờ bang", "ea": "ê a", "pah": "pa", "glei": "gờ lây", "blao": "bờ lao",
    "campuchia": "cam pu chia", "singapore": "sinh ga po",
    "malaysia": "ma lai xi a", "philippines": "phi líp pin", "thailand": "thái lan", "indonesia": "in đô nê xi a",
    "ukraine": "u cờ rai na", "australia": "ô sờ trây li a", "italia": "i ta li a", "cuba": "cu ba",
    "petrol": "pét rôn", "km": "ki lô mét", "kg": "ki lô gam", }  # fmt: skip

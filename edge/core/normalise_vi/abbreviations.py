"""Abbreviations of government and village life.

ABBREVIATIONS are spoken wherever they stand. AMBIGUOUS ones are spoken only when the operator's own table says how.
DOTTED ones need their dot and a name or number after it: TP. Huế, P.Vĩnh Ninh, Q.1.
"""

from __future__ import annotations

ABBREVIATIONS = {
    # authorities and organisations
    "UBND": "ủy ban nhân dân", "HĐND": "hội đồng nhân dân", "MTTQ": "mặt trận tổ quốc",
    "UBMTTQ": "ủy ban mặt trận tổ quốc", "UBMTTQVN": "ủy ban mặt trận tổ quốc việt nam", "UB": "ủy ban",
    "BCH": "ban chỉ huy", "BCHQS": "ban chỉ huy quân sự", "BCĐ": "ban chỉ đạo", "BTC": "ban tổ chức",
    "BQL": "ban quản lý", "BQLDA": "ban quản lý dự án", "BTV": "ban thường vụ", "BGH": "ban giám hiệu",
    "ĐU": "đảng ủy", "TW": "trung ương", "TƯ": "trung ương", "TTg": "thủ tướng", "QH": "quốc hội",
    "ĐTN": "đoàn thanh niên", "TNCS": "thanh niên cộng sản", "LHPN": "liên hiệp phụ nữ",
    "HLHPN": "hội liên hiệp phụ nữ", "HPN": "hội phụ nữ", "CCB": "cựu chiến binh", "HND": "hội nông dân",
    "NCT": "người cao tuổi", "CTĐ": "chữ thập đỏ", "TNXP": "thanh niên xung phong", "LĐLĐ": "liên đoàn lao động",
    "CLB": "câu lạc bộ", "HTX": "hợp tác xã", "HTXNN": "hợp tác xã nông nghiệp", "THT": "tổ hợp tác",
    "NHCSXH": "ngân hàng chính sách xã hội", "NHNN": "ngân hàng nhà nước", "CSXH": "chính sách xã hội",
    "TNMT": "tài nguyên môi trường", "NNPTNT": "nông nghiệp phát triển nông thôn", "PTNT": "phát triển nông thôn",
    "GDĐT": "giáo dục đào tạo", "LĐTBXH": "lao động thương binh và xã hội", "VHTT": "văn hóa thông tin",
    "VHTTDL": "văn hóa thể thao và du lịch", "TTTT": "thông tin truyền thông", "KHCN": "khoa học công nghệ",
    "VPCP": "văn phòng chính phủ", "VNPT": "vê nờ pê tê", "EVN": "ê vê nờ", "VOV": "vê o vê", "VTV": "vê tê vê",
    # disasters and safety
    "PCTT": "phòng chống thiên tai", "TKCN": "tìm kiếm cứu nạn", "PCLB": "phòng chống lụt bão",
    "PTDS": "phòng thủ dân sự", "PCCC": "phòng cháy chữa cháy", "CNCH": "cứu nạn cứu hộ", "CHCN": "cứu hộ cứu nạn",
    "PCCCR": "phòng cháy chữa cháy rừng", "BVR": "bảo vệ rừng", "ATNĐ": "áp thấp nhiệt đới",
    "XTNĐ": "xoáy thuận nhiệt đới", "KKL": "không khí lạnh", "KTTV": "khí tượng thủy văn", "BĐ": "báo động",
    "MNDBT": "mực nước dâng bình thường", "MNC": "mực nước chết", "ATGT": "an toàn giao thông",
    "TTATGT": "trật tự an toàn giao thông", "TTATXH": "trật tự an toàn xã hội", "TNGT": "tai nạn giao thông",
    "ANTT": "an ninh trật tự", "QPAN": "quốc phòng an ninh", "ANQP": "an ninh quốc phòng", "QP": "quốc phòng",
    "CSGT": "cảnh sát giao thông", "CSKV": "cảnh sát khu vực", "CSCĐ": "cảnh sát cơ động", "BĐBP": "bộ đội biên phòng",
    "DQTV": "dân quân tự vệ", "DBĐV": "dự bị động viên", "LLVT": "lực lượng vũ trang", "NVQS": "nghĩa vụ quân sự",
    "QLTT": "quản lý thị trường", "VSATTP": "vệ sinh an toàn thực phẩm", "ATTP": "an toàn thực phẩm",
    "VSMT": "vệ sinh môi trường", "BVMT": "bảo vệ môi trường", "ANM": "an ninh mạng",
    # places
    "TP": "thành phố", "Tp": "thành phố", "TX": "thị xã", "Tx": "thị xã", "TPHCM": "thành phố hồ chí minh",
    "HCM": "hồ chí minh", "TDP": "tổ dân phố", "KDC": "khu dân cư", "KCN": "khu công nghiệp", "KKT": "khu kinh tế",
    "CCN": "cụm công nghiệp", "KDL": "khu du lịch", "KĐT": "khu đô thị", "TĐC": "tái định cư", "QL": "quốc lộ",
    "ĐBSCL": "đồng bằng sông cửu long", "ĐBSH": "đồng bằng sông hồng", "GTNT": "giao thông nông thôn",
    "NVH": "nhà văn hóa", "SHCĐ": "sinh hoạt cộng đồng", "TYT": "trạm y tế", "TTYT": "trung tâm y tế",
    "BVĐK": "bệnh viện đa khoa", "BV": "bệnh viện", "TTVH": "trung tâm văn hóa", "TTHC": "thủ tục hành chính",
    "TTHCC": "trung tâm hành chính công", "PVHCC": "phục vụ hành chính công",
    # schools, health, insurance
    "THCS": "trung học cơ sở", "THPT": "trung học phổ thông", "TH": "tiểu học", "MN": "mầm non", "MG": "mẫu giáo",
    "TTGDTX": "trung tâm giáo dục thường xuyên", "GDTX": "giáo dục thường xuyên", "HS": "học sinh", "GV": "giáo viên",
    "PHHS": "phụ huynh học sinh", "SV": "sinh viên", "BHYT": "bảo hiểm y tế", "BHXH": "bảo hiểm xã hội",
    "BHTN": "bảo hiểm thất nghiệp", "SXH": "sốt xuất huyết", "TCM": "tay chân miệng", "KCB": "khám chữa bệnh",
    "TCMR": "tiêm chủng mở rộng", "KHHGĐ": "kế hoạch hóa gia đình", "SKSS": "sức khỏe sinh sản", "HIV": "hát i vê",
    "DTLCP": "dịch tả lợn châu phi", "LMLM": "lở mồm long móng", "VDNC": "viêm da nổi cục",
    # papers, money, land
    "CCCD": "căn cước công dân", "CMND": "chứng minh nhân dân", "GPLX": "giấy phép lái xe", "SHK": "sổ hộ khẩu",
    "GCN": "giấy chứng nhận", "GCNQSDĐ": "giấy chứng nhận quyền sử dụng đất", "QSDĐ": "quyền sử dụng đất",
    "SDĐ": "sử dụng đất", "GPMB": "giải phóng mặt bằng", "QĐ": "quyết định", "NĐ": "nghị định", "NQ": "nghị quyết",
    "TTr": "tờ trình", "VB": "văn bản", "GTGT": "giá trị gia tăng", "VAT": "vê a tê", "TNCN": "thu nhập cá nhân",
    "MST": "mã số thuế", "STK": "số tài khoản", "SĐT": "số điện thoại", "ĐTDĐ": "điện thoại di động",
    "VNĐ": "đồng", "VND": "đồng", "USD": "đô la mỹ", "NSNN": "ngân sách nhà nước", "XDCB": "xây dựng cơ bản",
    "TNHH": "trách nhiệm hữu hạn", "MTV": "một thành viên", "DNTN": "doanh nghiệp tư nhân", "DN": "doanh nghiệp",
    "SXKD": "sản xuất kinh doanh", "VLXD": "vật liệu xây dựng", "XKLĐ": "xuất khẩu lao động",
    # programmes and daily work
    "NTM": "nông thôn mới", "OCOP": "ô cốp", "MTQG": "mục tiêu quốc gia", "KTXH": "kinh tế xã hội",
    "CNTT": "công nghệ thông tin", "CĐS": "chuyển đổi số", "CCHC": "cải cách hành chính", "DVC": "dịch vụ công",
    "DVCTT": "dịch vụ công trực tuyến", "CBCC": "cán bộ công chức", "CBCCVC": "cán bộ công chức viên chức",
    "CBCNV": "cán bộ công nhân viên", "VNeID": "vê nờ e i đi", "BVTV": "bảo vệ thực vật", "NLTS": "nông lâm thủy sản",
    "NTTS": "nuôi trồng thủy sản", "KT": "kinh tế", "XH": "xã hội", "GĐ": "gia đình", "GĐVH": "gia đình văn hóa",
    "PCT": "phó chủ tịch", "TBLS": "thương binh liệt sĩ", "TNLĐ": "tai nạn lao động",
    "ĐBQH": "đại biểu quốc hội", "BHLĐ": "bảo hộ lao động", "TDTT": "thể dục thể thao", "VHVN": "văn hóa văn nghệ",
    "SXNN": "sản xuất nông nghiệp", "NN": "nông nghiệp", "PTTH": "phát thanh truyền hình", "TTĐT": "thông tin điện tử",
    "ĐVTN": "đoàn viên thanh niên", "KNTC": "khiếu nại tố cáo", "TGPL": "trợ giúp pháp lý",
    "PBGDPL": "phổ biến giáo dục pháp luật",
    "vd": "ví dụ", "VD": "ví dụ", "Vd": "ví dụ", "tp": "thành phố", "KP": "khu phố", "QR": "quy rờ", "GPS": "gờ pê sờ",
    "USB": "u sờ bê", "SMS": "sờ mờ sờ", "TV": "ti vi", "FM": "ép mờ", "pH": "pê hát",
    "PCR": "pê xê rờ", "GDP": "gờ dê pê",
    "ADSL": "a dê sờ lờ", "ATM": "a tê mờ", "UNESCO": "u nét cô", "ASEAN": "a xê an", "WHO": "vê kép hát o",
}  # fmt: skip

# Compounds that say more than their parts, or whose parts say something else.
COMPOUNDS = {
    "V/v": "về việc", "v/v": "về việc", "V/V": "về việc", "KT-XH": "kinh tế xã hội", "QP-AN": "quốc phòng an ninh",
    "VH-TT": "văn hóa thông tin", "VH-XH": "văn hóa xã hội", "TH&THCS": "tiểu học và trung học cơ sở",
    "NN&PTNT": "nông nghiệp và phát triển nông thôn", "NN&MT": "nông nghiệp và môi trường",
    "TN&MT": "tài nguyên và môi trường", "GD&ĐT": "giáo dục và đào tạo", "GD-ĐT": "giáo dục đào tạo",
    "LĐ-TB&XH": "lao động thương binh và xã hội", "LĐTB&XH": "lao động thương binh và xã hội",
    "TT&TT": "thông tin và truyền thông", "VH&TT": "văn hóa và thông tin", "KH&CN": "khoa học và công nghệ",
    "KH&ĐT": "kế hoạch và đầu tư", "BT-GPMB": "bồi thường giải phóng mặt bằng", "TT-BVTV": "trồng trọt bảo vệ thực vật",
    "DS-KHHGĐ": "dân số kế hoạch hóa gia đình", "TT-Huế": "thừa thiên huế",
    "t/p": "thành phố", "k/g": "kính gửi", "HIV/AIDS": "hát i vê ết", "Wi-Fi": "oai phai", "wi-fi": "oai phai",
    "e-mail": "i meo", "E-mail": "i meo", "TT-TT": "thông tin truyền thông", "Đ/C": "đồng chí",
}  # fmt: skip

# What each might mean; only the operator knows which.
AMBIGUOUS = {
    "TT": ("thị trấn", "trung tâm", "thông tư", "thứ tự"), "CT": ("chủ tịch", "chỉ thị", "công ty", "công trình"),
    "BC": ("báo cáo", "bưu chính"), "TB": ("thông báo", "thương binh", "trung bình"),
    "CN": ("chủ nhật", "công nghiệp", "chi nhánh", "công nhân"), "GD": ("giáo dục", "giao dịch"),
    "TC": ("tài chính", "trung cấp", "tổ chức"), "PC": ("phòng chống", "máy tính"), "ĐT": ("điện thoại", "đường tỉnh"),
    "CA": ("công an", "ca"), "CAX": ("công an xã",), "TK": ("tài khoản", "thế kỷ"), "NV": ("nhân viên", "nhiệm vụ"),
    "CP": ("chính phủ", "cổ phần"), "CV": ("công văn", "chuyên viên"), "KH": ("kế hoạch", "khoa học"),
    "HĐ": ("hội đồng", "hợp đồng", "hoạt động"), "ĐH": ("đại học", "đại hội", "đường huyện"),
    "HN": ("hà nội", "hội nghị"), "BT": ("bí thư", "bình thường"), "PT": ("phụ trách", "phát triển"),
    "TL": ("tỉnh lộ", "thủy lợi"), "DT": ("diện tích", "dân tộc"), "LĐ": ("lao động", "lãnh đạo"),
    "SP": ("sản phẩm",),
    "SN": ("sinh năm", "số nhà"), "VP": ("văn phòng", "vi phạm"), "QS": ("quân sự",), "TN": ("thanh niên", "tự nhiên"),
    "PN": ("phụ nữ",), "ND": ("nông dân", "nhân dân", "nội dung"), "VH": ("văn hóa",), "XD": ("xây dựng",),
    "AI": ("trí tuệ nhân tạo", "ai"), "đ/c": ("đồng chí", "địa chỉ"), "Đ/c": ("đồng chí", "địa chỉ"),
    "ĐC": ("địa chỉ", "đồng chí"), "PCCT": ("phòng chống thiên tai",), "HU": ("huyện ủy",), "TU": ("tỉnh ủy", "tu"),
}  # fmt: skip

DOTTED = {
    "TP": "thành phố", "Tp": "thành phố", "tp": "thành phố", "TX": "thị xã", "Tx": "thị xã", "tx": "thị xã",
    "TT": "thị trấn", "Q": "quận", "H": "huyện", "X": "xã", "P": "phường", "Đ": "đường", "BS": "bác sĩ",
    "Bs": "bác sĩ", "TS": "tiến sĩ", "ThS": "thạc sĩ", "Ths": "thạc sĩ", "KS": "kỹ sư", "GS": "giáo sư",
    "PGS": "phó giáo sư", "CN": "cử nhân", "DS": "dược sĩ", "YS": "y sĩ", "ĐD": "điều dưỡng",
}  # fmt: skip

"""How names look that reports hold, and which words announce them."""

# A code has a digit. `No. 7`, `4711-A/2`, `CN-7X92K`.
CODE = r"(?=[A-Za-z0-9./_-]*\d)[A-Za-z0-9][A-Za-z0-9./_-]*"
SEPARATORS = (":", "：", "#", "=", "-", "(", "（", "[", '"', "是", "为", "為", "is")

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"

ANNOUNCED = {
    "serial_number": (
        *("s/n", "sn", "serial", "serial number", "serial no", "serial no.", "serial nr", "ser. no."),
        # Dell's, Huawei's, NetApp's and Fortinet's words for it, and what it is called in German and Japanese.
        *("service tag", "servicetag", "esn", "serialnumber", "serial_number", "serial_num", "serial-number", "devid"),
        *("seriennummer", "serien-nr", "serien-nr.", "製造番号", "シリアル番号", "シリアルナンバー"),
        *("序列号", "序号", "序列號", "序號", "机身码", "机身号", "機身號", "设备编号", "SN码", "SN号"),
        *("服务标签", "服务标记", "服务编号", "服務標籤", "服務編號", "出厂编号", "出厂号", "出廠編號", "机器编号"),
    ),
    "site": (
        *("site", "site id", "site number", "site no", "site no.", "site code", "location id", "branch no."),
        *("站点编号", "站点号", "站点", "局点", "局点编号", "网点编号", "站點編號", "據點編號", "门店编号", "门店号"),
    ),
    "contract": (
        *("contract", "contract number", "contract no", "contract no.", "contract id", "agreement no.", "agreement"),
        *("support contract", "maintenance contract", "service contract"),
        *("合同号", "合同编号", "维保合同号", "维保号", "服务合同号", "合約編號", "合約號", "合約", "合同", "维保合同"),
    ),
    "error_code": (
        *("error", "error code", "errno", "code", "error no.", "fault code", "status code", "stop code", "event id"),
        *(
            "错误码",
            "错误代码",
            "故障码",
            "故障代码",
            "报错",
            "報錯",
            "錯誤碼",
            "錯誤代碼",
            "告警码",
            "代码",
            "事件编号",
        ),
    ),
    "model": ("model", "model no.", "model number", "type", "型号", "型號", "机型", "機型", "设备型号"),
}
COMPANY_ENDS = (
    *("Ltd", "Limited", "Inc", "LLC", "GmbH", "AG", "SA", "SpA", "BV", "Oy", "AB", "Corp"),
    *("Corporation", "Co", "Company", "Group", "Hospital", "University", "Bank", "College", "Clinic", "Plc", "PLC"),
)
# One token: in single characters it could begin at each of many.
CHINESE_ENDS = (
    *("有限责任公司", "有限公司", "股份公司", "公司", "集团", "集團", "医院", "醫院", "银行", "銀行", "大学", "大學"),
    *("学校", "學校", "研究院", "设计院", "中学"),
)
CHINESE_COMPANY = f"[{HAN}]{{2,14}}?(?:{'|'.join(CHINESE_ENDS)})"
_MAKERS = ("ORA", "TNS", "SQL", "MY", "DB2", "SAP", "RMAN", "PLS")
STANDALONE = (rf"(?:{'|'.join(_MAKERS)})-?\d{{3,5}}[A-Z]?", "0[xX][0-9A-Fa-f]{4,16}")
STANDALONE_BEGINNINGS = (*_MAKERS, "0x", "0X")
CONTACTS = ("contact", "contact person", "my name is", "联系人", "聯絡人", "聯繫人", "联系人姓名")

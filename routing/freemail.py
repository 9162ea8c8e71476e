"""Domains at which anybody has an address: to share one proves nothing."""

_DOMAINS = """
qq.com foxmail.com vip.qq.com 163.com 126.com yeah.net 188.com vip.163.com vip.126.com sina.com sina.cn vip.sina.com
sohu.com 139.com 189.cn wo.cn 21cn.com tom.com aliyun.com 263.net
gmail.com googlemail.com outlook.com hotmail.com live.com live.cn msn.com yahoo.com yahoo.co.uk yahoo.co.jp
yahoo.com.tw yahoo.com.hk ymail.com icloud.com me.com mac.com aol.com proton.me protonmail.com pm.me
gmx.de gmx.net gmx.com web.de t-online.de freenet.de mail.ru yandex.ru yandex.com bk.ru list.ru inbox.ru
free.fr orange.fr wanadoo.fr laposte.net sfr.fr libero.it naver.com daum.net hanmail.net hinet.net pchome.com.tw
netvigator.com zoho.com mail.com fastmail.com hey.com tutanota.com duck.com
"""
FREEMAIL = frozenset(_DOMAINS.split())

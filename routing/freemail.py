"""Domains at which anybody has an address: to share one proves nothing."""

from functools import lru_cache

from publicsuffixlist import PublicSuffixList

_DOMAINS = """
qq.com foxmail.com vip.qq.com 163.com 126.com yeah.net 188.com vip.163.com vip.126.com sina.com sina.cn vip.sina.com
sina.com.cn sohu.com 139.com 189.cn wo.cn wo.com.cn 21cn.com 21cn.net tom.com aliyun.com 263.net eyou.com sogou.com
2980.com 88.com 111.com email.cn
gmail.com googlemail.com outlook.com hotmail.com live.com live.cn msn.com passport.com windowslive.com
outlook.at outlook.be outlook.cl outlook.co.id outlook.com.ar outlook.com.au outlook.com.br outlook.com.tr outlook.de
outlook.dk outlook.es outlook.fr outlook.ie outlook.in outlook.it outlook.jp outlook.kr outlook.my outlook.ph
outlook.pt outlook.sa outlook.sg
hotmail.at hotmail.be hotmail.ca hotmail.ch hotmail.co.jp hotmail.co.kr hotmail.co.nz hotmail.co.th hotmail.co.uk
hotmail.com.ar hotmail.com.au hotmail.com.br hotmail.com.hk hotmail.com.tr hotmail.com.tw hotmail.de hotmail.dk
hotmail.es hotmail.fi hotmail.fr hotmail.gr hotmail.it hotmail.my hotmail.nl hotmail.no hotmail.se hotmail.sg
live.at live.be live.ca live.cl live.co.kr live.co.uk live.co.za live.com.ar live.com.au live.com.mx live.com.my
live.com.pt live.com.sg live.de live.dk live.fr live.hk live.ie live.in live.it live.jp live.nl live.no live.ru live.se
yahoo.com yahoo.ca yahoo.cn yahoo.com.cn yahoo.co.id yahoo.co.in yahoo.co.jp yahoo.co.kr yahoo.co.nz yahoo.co.th
yahoo.co.uk yahoo.com.ar yahoo.com.au yahoo.com.br yahoo.com.hk yahoo.com.mx yahoo.com.my yahoo.com.ph yahoo.com.sg
yahoo.com.tr yahoo.com.tw yahoo.com.vn yahoo.de yahoo.dk yahoo.es yahoo.fr yahoo.gr yahoo.ie yahoo.in yahoo.it yahoo.no
yahoo.pl yahoo.ro yahoo.se ymail.com rocketmail.com myyahoo.com kimo.com
icloud.com me.com mac.com privaterelay.appleid.com aol.com aim.com verizon.net att.net sbcglobal.net bellsouth.net
comcast.net cox.net charter.net earthlink.net optonline.net
proton.me protonmail.com protonmail.ch pm.me zoho.com zohomail.com mail.com email.com fastmail.com fastmail.fm hey.com
hushmail.com tutanota.com tutanota.de tutamail.com tuta.io tuta.com duck.com mozmail.com simplelogin.com
posteo.de mailbox.org gmx.de gmx.net gmx.com gmx.at gmx.ch web.de t-online.de freenet.de arcor.de bluewin.ch aon.at
mail.ru yandex.ru yandex.com ya.ru bk.ru list.ru inbox.ru internet.ru rambler.ru ukr.net i.ua abv.bg seznam.cz email.cz
centrum.cz azet.sk wp.pl o2.pl onet.pl interia.pl op.pl freemail.hu citromail.hu
free.fr orange.fr wanadoo.fr laposte.net sfr.fr neuf.fr bbox.fr libero.it virgilio.it tiscali.it alice.it tin.it
telenet.be skynet.be ziggo.nl kpnmail.nl planet.nl home.nl xs4all.nl telia.com
btinternet.com sky.com virginmedia.com ntlworld.com talktalk.net bigpond.com optusnet.com.au xtra.co.nz
shaw.ca rogers.com sympatico.ca telus.net videotron.ca uol.com.br bol.com.br terra.com.br ig.com.br
naver.com daum.net hanmail.net kakao.com nate.com docomo.ne.jp ezweb.ne.jp au.com softbank.ne.jp i.softbank.jp
nifty.com biglobe.ne.jp ocn.ne.jp hinet.net pchome.com.tw netvigator.com rediffmail.com
sapo.pt telefonica.net online.no petalmail.com dingtalk.com service-now.com
googlegroups.com groups.io freelists.org
"""
FREEMAIL = frozenset(_DOMAINS.split())


@lru_cache(maxsize=1024)
def is_anybodys(domain: str) -> bool:
    """True where strangers share the domain: a provider's or a list server's, or one below which anybody has his own,
    such as com.cn."""
    organisation = _suffixes().privatesuffix(domain)
    return organisation is None or domain in FREEMAIL or organisation in FREEMAIL


@lru_cache(maxsize=1)
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()

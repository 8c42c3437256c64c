"""Query parameters that do not tell one article from another: trackers, AMP switches, secrets.

The lists shape every URL key: a change here is a new `tasks.url.URL_KEY_VERSION`. All names are lower case and
compared so. A name is listed only when it means tracking wherever it occurs; `sid`, `cid`, `source`, `ref`, `id`,
`mod`, `tid` and `key` are left out on purpose: on some sites they are the article's id.
Sources: the documentation of the analytics, mail and advertising systems named beside the lines.
"""

TRACKING_PREFIXES = (
    "utm_", "utm-", "itm_",  # Urchin / Google Analytics and its copies for inner links
    "mtm_", "matomo_", "piwik_", "hsa_", "guce_", "fb_action_", "oly_", "wt.", "_hs",  # Matomo, HubSpot, Yahoo, Omeda
    "at_custom", "at_link_", "at_campaign", "at_xt_",  # AT Internet / Piano
    "_x_tr_",  # Google Translate's proxy
)  # fmt: skip

TRACKING = frozenset(
    """
    fbclid fb_source fb_ref fb_comment_id action_object_map action_type_map action_ref_map mibextid
    gclid gclsrc dclid gbraid wbraid gad_source gad_campaignid srsltid gaa_at gaa_n gaa_ts gaa_sig _ga _gl
    msclkid yclid ysclid _openstat twclid ttclid li_fat_id epik igshid igsh scid rdt_cid wickedid irclickid zanpid
    mc_cid mc_eid mc_tc mkt_tok vero_id vero_conv ml_subscriber ml_subscriber_hash ck_subscriber_id dm_i emci emdi ceid
    __s _ke _bta_tid _bta_c trk_contact trk_msg trk_module trk_sid trk trkinfo et_rid rb_clickid s_kwcid s_cid
    spmailingid spuserid spjobid spreportid elqtrackid elqaid elqat elq bxid cndid hsctatracking __hstc __hssc __hsfp
    pk_campaign pk_kwd pk_keyword pk_source pk_medium pk_content pk_cid
    xtor xtref xts at_medium at_creation at_format at_ptr_name at_bbc_team at_variant
    wt_mc wtmc wt_zmc wt_mc_id wtrid sara_ecid sara_ref gepc
    ns_mchannel ns_source ns_campaign ns_linkname ns_fee ns_type
    cmp cmpid cmpcid icid intcid intcmp int_cid int_source int_medium int_campaign ncid ocid cvid itid wpisrc wpmm wprss
    mbid srnd sref leadsource dicbo oborigurl tblci taid ftag ftcamp ito ico iref maca spm soc_src soc_trk guccounter
    smid smtyp smprod _r nytmobile referringsource regi_id __twitter_impression ref_src feedtype feedname xing_share
    """.split()
)

SESSION = frozenset({"phpsessid", "jsessionid", "aspsessionid", "cfid", "cftoken"})

# Names that are an article's id elsewhere are dropped with these values: no article is called `rss`.
ORIGINS = frozenset(
    {"source", "src", "ref", "from", "via", "partner", "origin", "channel", "medium", "ch", "cid", "feed"}
)
CHANNELS = frozenset(
    """
    rss rss2 atom feed feeds rssfeed newsletter nl email mail push app homepage twitter tw x facebook fb instagram
    linkedin whatsapp telegram pinterest reddit flipboard googlenews google-news applenews apple-news social share
    """.split()
)

AMP_SWITCHES = frozenset({"amp", "_amp", "isamp", "amphtml"})  # with the values below: `amp=15` may be a fuse
AMP_SWITCH_VALUES = frozenset({"", "0", "1", "true", "false", "yes", "on", "amp"})
AMP_FORMATS = frozenset({"outputtype", "output", "view", "format"})  # dropped with the value `amp`
AMP_TRACKERS = frozenset({"amp_js_v", "amp_gsa", "amp_r", "amp_ct", "amp_markup", "usqp", "__amp_source_origin"})

SECRET_PREFIXES = ("x-amz-", "x-goog-", "x-oss-")  # presigned object store URLs
SECRETS = frozenset(
    """
    token access_token accesstoken access-token refresh_token id_token auth_token authtoken auth-token api_token
    session_token sessiontoken security_token csrf_token share_token sharetoken gift_token unlocked_article_code
    api_key apikey api-key x-api-key app_key appkey access_key accesskey subscription-key client_secret
    secret password passwd passphrase pwd auth authorization bearer jwt hmac credential credentials
    sig signature hdnts hdnea sessionid session_id awsaccesskeyid googleaccessid ossaccesskeyid key-pair-id
    """.split()
)


def is_tracking(name: str, value: str) -> bool:
    """Whether a parameter tells who came and how, or which rendering was asked for, and not which article."""
    name, value = name.lower(), value.lower()
    return (
        name in TRACKING
        or name in SESSION
        or name in AMP_TRACKERS
        or name.startswith(TRACKING_PREFIXES)
        or (name in ORIGINS and value in CHANNELS)
        or (name == "ticket" and value.startswith("st-"))  # single sign-on, CAS protocol section 3.1.1
        or (name in AMP_SWITCHES and value in AMP_SWITCH_VALUES)
        or (name in AMP_FORMATS and value == "amp")
        or (name.startswith("sf") and len(name) >= 8 and name[2:].isdecimal())  # SocialFlow: sf123456789=1
    )


def is_secret(name: str) -> bool:
    """Whether a parameter's value opens something and must never be stored."""
    name = name.lower()
    return name in SECRETS or name.startswith(SECRET_PREFIXES)

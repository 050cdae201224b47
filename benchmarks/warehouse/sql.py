"""The statements that fill a warehouse: INSERT … SELECT from numbers(), put together by fill.py."""

# Who talks where about which thing follows from the conversation; what is said follows from the turn.
FEEDBACK = """
INSERT INTO feedback_local (minute, tenant, feedback_id, version, withdrawn, time, revision, conversation_id, customer_hash, kind,
  sender_role, channel, shop, region, product_model, product_sku, product_category, firmware, caller_role, language, text,
  speech_act, intents, sentiment, polarity, snow_score, evidence, urgent, attributes, input, input_partition, input_offset,
  ingested_at)
WITH {channels} AS channels, {models} AS models, {tenants} AS tenants, {roles} AS roles, {subjects} AS subjects,
     {openings} AS openings, {middles} AS middles, {endings} AS endings, '{corpus}' AS corpus,
     if(channel = 'phone' AND t3 % 4 = 0, 1000 - t2 % 40, t2 % 1000 + 1) AS about
SELECT minute, tenants[c1 % 100 + 1] AS tenant, turn AS feedback_id, 1048576 + turn % 4096 AS version,
       turn % 997 = 0 AS withdrawn,
       addMilliseconds(toDateTime64(minute, 3, 'UTC'), turn % 60000) AS time, 0, lower(hex(conversation)) AS conversation_id,
       lower(hex(sipHash64(c2 % 400000))) AS customer_hash,
       if(channels[c3 % 100 + 1] = 'phone', 'call', if(turn % 50 = 1, 'survey', 'chat')) AS kind,
       roles[t1 % 100 + 1] AS sender_role, channels[c3 % 100 + 1] AS channel, concat('shop-', toString(c4 % 12)) AS shop,
       concat('CN-', toString(11 + c4 % 31)) AS region, {model} AS product_model,
       if(product_model = '', '', concat(product_model, '-', ['BLK', 'WHT', 'RED'][c5 % 3 + 1])) AS product_sku,
       transform(substring(product_model, 1, 1), ['W', 'B', 'E', 'K'], ['watch', 'band', 'earphones', 'kids-watch'], '')
         AS product_category,
       {firmware} AS firmware, if(channel = 'phone', ['owner', 'parent', ''][c2 % 3 + 1], '') AS caller_role,
       if(c6 % 25 = 0, 'en', 'zh-Hans') AS language, {text} AS text,
       ['question', 'complaint', 'request', 'other', 'thanks'][t3 % 5 + 1] AS speech_act, {intents} AS intents,
       ['neutral', 'neutral', 'neutral', 'neutral', 'negative', 'negative', 'positive'][t4 % 7 + 1] AS sentiment,
       multiIf(sentiment = 'negative', -0.6, sentiment = 'positive', 0.7, 0) AS polarity, (t4 % 1000) / 1000 AS snow_score,
       if(sentiment = 'neutral', [], ['着急']) AS evidence, t4 % 200 = 0 AS urgent,
       multiIf(t4 % 40 = 0, map('seq', toString(t4 % 9), 'escalation', 'true'),
               t4 % 60 = 1, map('seq', toString(t4 % 9), 'price_stance', ['too_dear', 'not_premium'][t3 % 2 + 1]),
               map('seq', toString(t4 % 9))) AS attributes,
       'voc.chat', t1 % 12 AS input_partition, toUnixTimestamp(minute) * 100 + i AS input_offset, minute + 90 AS ingested_at
FROM (SELECT minute, i, cityHash64('c', toStartOfTenMinutes(minute), i % 400, {salt}) AS conversation,
             cityHash64(minute, i, {salt}) AS turn,
             conversation % 10007 AS c1, intDiv(conversation, 10007) % 1000003 AS c2, intDiv(conversation, 17) % 10007 AS c3,
             intDiv(conversation, 101) % 10007 AS c4, intDiv(conversation, 1009) % 10007 AS c5,
             intDiv(conversation, 100003) % 10007 AS c6, turn % 10007 AS t1, intDiv(turn, 10007) % 100003 AS t2,
             intDiv(turn, 1009) % 10007 AS t3, intDiv(turn, 101) % 100003 AS t4
      FROM (SELECT toDateTime({start} + number * 60, 'UTC') AS minute, {count} AS k, arrayJoin(range(toUInt32(k))) AS i
            FROM numbers({minutes})))"""
SAID = (
    "concat(openings[t2 % {openings} + 1], middles[t4 % {middles} + 1], substringUTF8(corpus, t2 % {corpus}, t1 % 24), "
    "endings[t3 % {endings} + 1])"
)
"""Twenty to sixty characters, hardly two alike."""
INTENTS = (
    "if(sender_role != 'customer' OR subjects[about] = '', [], if(t3 % 10 = 0, arraySort(arrayDistinct("
    "[subjects[about], 'return_request'])), [subjects[about]]))"
)

# Each live topic every ten minutes, two others every minute; what was expected is what was counted, smoothed by a wave.
VERDICTS = """
INSERT INTO verdict_local (tenant, minute, topics, expected, low, high, surprise, judged_at)
SELECT tenant, minute, cells.1, cells.2, cells.3, cells.4, cells.5, minute + 90
FROM (SELECT tenant, minute,
             arrayMap((t, k) -> (t, toFloat32(k * 0.9 + 0.3), toFloat32(floor(k * 0.4)), toFloat32(ceil(k * 1.6 + 3)),
                                 toFloat32(cityHash64(minute, t) % 400 / 100)),
                      arrayFilter((t, place) -> toMinute(minute) % 10 = 0 OR (place + toMinute(minute)) % 31 = 0, topics,
                                  arrayEnumerate(topics)) AS live,
                      arrayFilter((k, place) -> toMinute(minute) % 10 = 0 OR (place + toMinute(minute)) % 31 = 0, n,
                                  arrayEnumerate(topics))) AS cells
      FROM minute_local FINAL WHERE {where})
WHERE notEmpty(cells)"""
TESTED = """
INSERT INTO tested_local (tenant, minute, topics, n, late, voices, channels, said, announced, given_at)
SELECT tenant, minute, topics, n,
       if(cityHash64(tenant, minute) % 20 = 0, [(minute - 3600, topics[-1], 1), (minute - 7200, topics[1], 1)], []),
       arrayZip(topics, n), [('tmall', n[1])], [], 0, minute + 90
FROM minute_local FINAL WHERE {where}"""

EPISODE = """
SELECT ['aurora', 'aurora', 'aurora', 'birch', 'cove'][number % 5 + 1] AS tenant,
       lower(leftPad(hex(1000000 + number), 16, '0')) AS spike_id,
       ['topic', 'topic', 'topic', 'topic', 'emergent', 'total', 'silence'][number % 7 + 1] AS kind,
       multiIf(kind = 'topic', {topics}[cityHash64(number) % {topic_count} + 1],
               kind = 'emergent', concat('新话题', toString(number)),
               'total') AS topic,
       toStartOfMinute(toDateTime({start} + intDiv(number * {span}, {episodes}), 'UTC')) AS opened,
       (cityHash64(number, 2) % 8 + 1) * 20 AS lasts, number
FROM numbers({episodes})"""
STEPS = """
SELECT *, arrayJoin(range(0, lasts + 1, 20)) AS step, opened + step * 60 AS at,
       multiIf(step = 0, 'opened', step = lasts, 'closed', 'updated') AS transition
FROM ({episode})"""
TRANSITIONS = """
INSERT INTO spike_transition_local
SELECT tenant, spike_id, at, transition, kind, topic, opened - 600, opened, at, if(transition = 'closed', at, NULL),
       40 + step * 2, 12 + step * 0.4, 5 + step * 0.2, 22 + step, 18.5, 'bench'
FROM ({steps})"""
CARDS = """
INSERT INTO card_local (tenant, spike_id, at, transition, label, severity, owner, where, verbatims, sql, body, card, told_at)
SELECT tenant, spike_id, at, transition, topic, ['low', 'normal', 'high'][number % 3 + 1], 'product-watch',
       [('product_model', 'W-200', 40, 3.5, 0.81), ('channel', 'tmall', 22, 6.1, 0.4)],
       ['手表的时间一直不对', '充电充了一晚上', '蓝牙连不上手机'], 'SELECT sum(count) AS observed FROM topic_tested',
       randomPrintableASCII(2500), randomPrintableASCII(6000), at + 90
FROM ({steps})"""
DELIVERIES = """
INSERT INTO delivery_local (tenant, spike_id, at, transition, channel, version, state, thread, detail, changed_at)
SELECT tenant, spike_id, at, transition, arrayJoin(['feishu-watch', 'mail-leads']) AS channel, 2, 'sent', 'thread-1', '', at + 95
FROM ({steps})"""
VERDICTS_OF_PEOPLE = """
INSERT INTO spike_verdict_local (tenant, spike_id, by, verdict, note, at)
SELECT tenant, spike_id, ['lin', 'wang'][number % 2 + 1], ['useful', 'known', 'useful', 'noise', 'mute'][number % 5 + 1], '',
       opened + 3600
FROM ({episode}) WHERE number % 3 = 0"""
EMERGENT_HISTORY = """
INSERT INTO emergent_local (tenant, spike_id, at, label, phrases, topics, messages, representative)
SELECT tenant, spike_id, at, topic, ['发绿', '零点'], [('screen_fault', 3)], range(toUInt64(200)), range(toUInt64(5))
FROM ({steps}) WHERE kind = 'emergent'"""
EMERGENT = """
INSERT INTO emergent_local (tenant, spike_id, at, label, phrases, topics, messages, representative)
SELECT '{tenant}', '{spike_id}', toDateTime({at}, 'UTC'), '{topic}', ['发绿', '零点'], [('screen_fault', 3)],
       groupArray(feedback_id), arraySlice(groupArray(feedback_id), 1, 60)
FROM feedback_local WHERE minute >= toDateTime({start}, 'UTC') AND minute <= toDateTime({at}, 'UTC') AND tenant = '{tenant}'
  AND text IN {texts}"""
CONTEXT = """
INSERT INTO context_local (time, tenant, event_id, version, id, source, subject, kind, title, start, end, products, channels,
  owner)
SELECT toDateTime64({start} + number * 28000, 3, 'UTC') AS time, ['aurora', 'birch', 'cove'][number % 3 + 1], cityHash64(number),
       1, concat('ctx-', toString(number)), 'calendar', concat('ctx-', toString(number)),
       ['launch', 'firmware', 'campaign', 'price', 'outage', 'faq_change'][number % 6 + 1], concat('计划 ', toString(number)),
       time, time + 7200, if(number % 4 = 0, [], [{models}[number % 20 + 1]]), if(number % 5 = 0, ['tmall'], []), 'product-watch'
FROM numbers(92)"""
# An order is placed, shipped and delivered; one in twelve is to go back, most of those are paid back. A day at a time.
ORDERS = """
INSERT INTO order_local (time, tenant, event_id, version, id, source, subject, channel, shop, region, order_hash, line_id, kind,
  product_model, product_sku, product_category, quantity, amount_minor, currency)
WITH {channels} AS channels, {models} AS models, {tenants} AS tenants
SELECT addSeconds(placed, step.2) AS time, tenants[h % 100 + 1] AS tenant, cityHash64(h, step.1) AS event_id, 1,
       lower(hex(event_id)), 'erp', order_hash, channels[intDiv(h, 101) % 100 + 1], concat('shop-', toString(h % 12)),
       concat('CN-', toString(11 + h % 31)), lower(hex(h)) AS order_hash, '1', step.1 AS kind,
       models[intDiv(h, 10007) % 20 + 1] AS model,
       concat(model, '-BLK'),
       transform(substring(model, 1, 1), ['W', 'B', 'E', 'K'], ['watch', 'band', 'earphones', 'kids-watch'], ''),
       1, 19900 + h % 90000, 'CNY'
FROM (SELECT cityHash64('o', number, {salt}) AS h, toDateTime64({start} + h % 86400, 3, 'UTC') AS placed,
             arrayJoin(arrayConcat([('placed', 0), ('shipped', 40000), ('delivered', 200000)],
                                   if(h % 12 = 0, [('return_requested', 90000 + h % 90000)], []),
                                   if(h % 17 = 0, [('refunded', 150000 + h % 90000)], []))) AS step
      FROM numbers({count}))
WHERE time < toDateTime({end}, 'UTC')"""
SURVEYS = """
INSERT INTO survey_local (time, tenant, event_id, version, id, source, subject, channel, shop, region, response_id, metric, score,
  scale_min, scale_max, higher_is_better, product_model)
SELECT toDateTime64({start} + h % {span}, 3, 'UTC'), {tenants}[h % 100 + 1], h, 1, lower(hex(h)), 'survey', lower(hex(h)),
       {channels}[intDiv(h, 101) % 100 + 1], concat('shop-', toString(h % 12)), concat('CN-', toString(11 + h % 31)),
       lower(hex(h)), ['csat', 'csat', 'nps'][h % 3 + 1] AS metric, if(metric = 'csat', h % 5 + 1, h % 11),
       if(metric = 'csat', 1, 0), if(metric = 'csat', 5, 10), true, {models}[intDiv(h, 10007) % 20 + 1]
FROM (SELECT cityHash64('s', number) AS h FROM numbers({count}))"""
DEAD_LETTERS = """
INSERT INTO dead_letter_local (input, input_partition, input_offset, sha256, reason, detail, seen_at)
SELECT 'voc.chat', number % 12, number, lower(hex(SHA256(toString(number)))),
       ['not_json', 'missing_field', 'implausible_time', 'bad_type'][number % 4 + 1], 'data.text: expected a string',
       toDateTime({start} + number * 129, 'UTC')
FROM numbers(20000)"""

import { createHash } from "node:crypto";
import { FORMAT_VERSION, MAGIC, MAX_HEADER_BYTES, MAX_TAGS } from "./envelope";
import { EARLY_REFRESH } from "./strategies";

/**
 * What must happen in Redis at once, in Lua. Keys, all under the cache's prefix:
 *
 * - `v:<key>`  a value in its envelope
 * - `l:<key>`  a lease: `owner:fence`, with a short life that the holder renews
 * - `d:<key>`  a tombstone: loads that began before it may not be stored
 * - `t:<tag>`  a tag: `e` and `s`, numbers of the last hard and soft invalidation; `d`, when what is
 *              softly invalidated is gone (ms of Redis' clock)
 * - `meta`     `n` the sequence that all numbers come from; `i` the last invalidation; `f` the last
 *              clear: values up to it are gone; `b` counts the messages on the bus without a gap
 * - `bus`      the stream of invalidations
 *
 * A load takes a number (its fence) when it starts. Its value is valid while each of its tags has a
 * record whose numbers are not greater. A tag without a record makes a value invalid: it may have been
 * evicted, and an invalidation with it. So a load makes the records it misses.
 *
 * Keys of tags are computed inside, which Redis allows everywhere but in a cluster.
 */
export interface Script {
  readonly name: string;
  readonly source: string;
  readonly sha: string;
  readonly keys: number;
}

/** May run when Redis is full: tiny writes that leases and invalidations depend on. */
const ALWAYS = "#!lua flags=allow-oom";
const READ_ONLY = "#!lua flags=no-writes";
const MAY_FAIL_WHEN_FULL = "#!lua";

/** Numbers of the sequence exceed the 14 digits that Lua prints. */
const COMMON = `
local function exact(number) return string.format('%.0f', number) end

local function now()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

-- Microseconds as the first number: a sequence that was lost goes on above what it had reached.
local function ensureSequence(meta)
  if redis.call('HEXISTS', meta, 'n') == 1 then return end
  local time = redis.call('TIME')
  local seed = exact(time[1] * 1000000 + time[2])
  redis.call('HSET', meta, 'n', seed, 'i', seed, 'f', seed, 'b', seed)
end

local function field(key, name)
  local value = redis.pcall('HGET', key, name)
  if type(value) ~= 'string' then return nil end
  return tonumber(value)
end

local function stringAt(key)
  local value = redis.pcall('GET', key)
  if type(value) == 'string' then return value, nil end
  if type(value) == 'table' then return nil, 'type' end
  return nil, nil
end

local function headerOf(bytes)
  if #bytes < 17 or string.sub(bytes, 1, 4) ~= '${MAGIC}' then return nil, 'magic' end
  if string.byte(bytes, 5) ~= ${FORMAT_VERSION} then return nil, 'version' end
  local length = struct.unpack('>I4', bytes, 6)
  if length > ${MAX_HEADER_BYTES} or 17 + length > #bytes then return nil, 'length' end
  local parsed, header = pcall(cjson.decode, string.sub(bytes, 18, 17 + length))
  if not parsed or type(header) ~= 'table' then return nil, 'header' end
  if type(header.f) ~= 'number' or type(header.t) ~= 'number' or type(header.g) ~= 'number' then
    return nil, 'header'
  end
  if type(header.a) ~= 'table' or #header.a > ${MAX_TAGS} then return nil, 'header' end
  for _, tag in ipairs(header.a) do
    if type(tag) ~= 'string' then return nil, 'header' end
  end
  return header, nil
end

local function ensureLife(key, life)
  if redis.call('PTTL', key) < tonumber(life) then redis.call('PEXPIRE', key, life) end
end

local function makeTag(key, fence, life)
  redis.call('UNLINK', key)
  redis.call('HSET', key, 'e', fence, 's', fence)
  redis.call('PEXPIRE', key, life)
end
`;

/**
 * The value and, where it needs to be made anew, a number and perhaps the lease, in one round trip.
 * Arguments: tag prefix, owner (empty: only look), lease ms, life of tag records ms, 1 to ignore the
 * value, then the tags of the load to come.
 */
const READ = script(
  "read",
  3,
  ALWAYS,
  `
local prefix, owner = ARGV[1], ARGV[2]
if owner ~= '' then ensureSequence(KEYS[3]) end
local number, floor = field(KEYS[3], 'n') or 0, field(KEYS[3], 'f') or 0
local time = now()
local state, reason, remaining, bumped = 'missing', '', 0, {}
local bytes, wrong, header
if ARGV[5] ~= '1' then bytes, wrong = stringAt(KEYS[1]) end
if bytes then header, wrong = headerOf(bytes) end
local age = 0
if header then
  remaining = redis.call('PTTL', KEYS[1])
  age = header.t + header.g - remaining
  if remaining < 0 or age < 0 then wrong = 'life'
  elseif header.f > number and number > 0 then wrong = 'fence'
  elseif header.f > floor then
    state = age < header.t and 'fresh' or 'stale'
    for _, tag in ipairs(header.a) do
      local key = prefix .. tag
      local hard, soft, due = field(key, 'e'), field(key, 's'), field(key, 'd')
      if not hard then
        state = 'invalid'
      elseif hard > header.f or (soft and soft > header.f) then
        local softOnly = hard <= header.f and not (due and time >= due)
        if not softOnly then state = 'invalid' elseif state == 'fresh' then state = 'stale' end
        for _, part in ipairs({tag, exact(hard), exact(soft or 0), due and exact(due - time) or ''}) do
          bumped[#bumped + 1] = part
        end
      end
    end
  end
end
if wrong then state, reason = 'corrupt', wrong end
local leased = 0
local needed = state ~= 'fresh' or age >= header.t * ${EARLY_REFRESH}
if owner ~= '' and needed then
  number = redis.call('HINCRBY', KEYS[3], 'n', 1)
  local newest = floor
  for index = 6, #ARGV do
    local key = prefix .. ARGV[index]
    local hard = field(key, 'e')
    if hard then
      newest = math.max(newest, hard)
      ensureLife(key, ARGV[4])
    else
      makeTag(key, exact(number), ARGV[4])
    end
  end
  -- The value of a load that an invalidation overtook will be refused: nobody need wait for it.
  local holder = stringAt(KEYS[2])
  if holder and (tonumber(string.match(holder, ':(%d+)$') or '0') or 0) >= newest then
    leased = 0
  else
    redis.call('SET', KEYS[2], owner .. ':' .. exact(number), 'PX', ARGV[3])
    leased = 1
  end
end
local usable = state == 'fresh' or state == 'stale' or state == 'invalid'
local reply = {state, reason, exact(number), leased, remaining, exact(time), usable and bytes or false}
for _, part in ipairs(bumped) do reply[#reply + 1] = part end
return reply
`,
);

/**
 * Stores a value unless something newer happened, and ends the lease. Arguments: tag prefix, owner,
 * fence, when the load began (ms of Redis' clock), whole life ms, life of tag records ms, the envelope,
 * then the tags. The life counts from the start of the load, so that a command that was stuck on its way
 * lengthens no life.
 */
const STORE = script(
  "store",
  4,
  MAY_FAIL_WHEN_FULL,
  `
local prefix, fence = ARGV[1], tonumber(ARGV[3])
local bumped = {}
local function finish(outcome)
  if stringAt(KEYS[2]) == ARGV[2] .. ':' .. ARGV[3] then redis.call('DEL', KEYS[2]) end
  local reply = {outcome}
  for _, part in ipairs(bumped) do reply[#reply + 1] = part end
  return reply
end

local number, floor, last = field(KEYS[3], 'n'), field(KEYS[3], 'f'), field(KEYS[3], 'i')
if not number or not floor or not last or floor >= fence then return finish('cleared') end
if (tonumber(stringAt(KEYS[4]) or '0') or 0) > fence then return finish('deleted') end
local time = now()
local life = math.min(tonumber(ARGV[5]), tonumber(ARGV[5]) - (time - tonumber(ARGV[4])))
if life < 1 then return finish('expired') end
local existing = stringAt(KEYS[1])
local header = existing and headerOf(existing)
if header and header.f > fence and header.f <= number then return finish('newer') end

local outcome = nil
for index = 8, #ARGV do
  local key = prefix .. ARGV[index]
  local hard, soft, due = field(key, 'e'), field(key, 's'), field(key, 'd')
  if not hard then
    -- Evicted, or never there. If anything was invalidated since the load began, it may have been this.
    if last > fence then outcome = 'invalidated' end
  elseif hard > fence or (soft and soft > fence) then
    if hard > fence or (due and time >= due) then outcome = 'invalidated' end
    for _, part in ipairs({ARGV[index], exact(hard), exact(soft or 0), due and exact(due - time) or ''}) do
      bumped[#bumped + 1] = part
    end
  end
end
if outcome then return finish(outcome) end

for index = 8, #ARGV do
  local key = prefix .. ARGV[index]
  if field(key, 'e') then ensureLife(key, ARGV[6]) else makeTag(key, ARGV[3], ARGV[6]) end
end
redis.call('SET', KEYS[1], ARGV[7], 'PX', exact(life))
return finish('stored')
`,
);

/** Arguments: the lease's content, its life ms. */
const RENEW = script(
  "renew",
  1,
  ALWAYS,
  `
if stringAt(KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
`,
);

/** Argument: the lease's content. */
const RELEASE = script(
  "release",
  1,
  ALWAYS,
  `
if stringAt(KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
`,
);

const SEND = `
local function send(meta, bus, number, origin, maxLength, kind, payload)
  local count = exact(redis.call('HINCRBY', meta, 'b', 1))
  redis.call('XADD', bus, 'MAXLEN', '~', maxLength, '*',
    'b', count, 'n', exact(number), 'o', origin, 'k', kind, 'p', payload)
  return exact(number)
end
`;

/**
 * Keys: meta, bus. Arguments: tag prefix, origin, length of the bus, life of tag records ms, mode, ms until
 * soft becomes hard (or empty), the message, then the tags.
 */
const INVALIDATE = script(
  "invalidate",
  2,
  ALWAYS,
  `${SEND}
ensureSequence(KEYS[1])
local number = redis.call('HINCRBY', KEYS[1], 'n', 1)
local version, time = exact(number), now()
redis.call('HSET', KEYS[1], 'i', version)
for index = 8, #ARGV do
  local key = ARGV[1] .. ARGV[index]
  local hard, soft, due = field(key, 'e'), field(key, 's'), field(key, 'd')
  if ARGV[5] == 'hard' or not hard then
    makeTag(key, version, math.max(tonumber(ARGV[4]), redis.call('PTTL', key)))
  else
    -- A limit that has passed made the earlier one hard. Of two that have not, the nearer holds for both.
    if due and time >= due then
      redis.call('HSET', key, 'e', exact(math.max(hard, soft or 0)))
      redis.call('HDEL', key, 'd')
      due = nil
    end
    redis.call('HSET', key, 's', version)
    if ARGV[6] ~= '' then
      redis.call('HSET', key, 'd', exact(math.min(due or math.huge, time + tonumber(ARGV[6]))))
    end
    ensureLife(key, ARGV[4])
  end
end
return send(KEYS[1], KEYS[2], number, ARGV[2], ARGV[3], 'tags', ARGV[7])
`,
);

/** Keys: meta, bus, value, lease, tombstone. Arguments: origin, length of the bus, life of the tombstone ms, the key. */
const DELETE = script(
  "delete",
  5,
  ALWAYS,
  `${SEND}
ensureSequence(KEYS[1])
local number = redis.call('HINCRBY', KEYS[1], 'n', 1)
redis.call('UNLINK', KEYS[3])
redis.call('UNLINK', KEYS[4])
redis.call('SET', KEYS[5], exact(number), 'PX', ARGV[3])
return send(KEYS[1], KEYS[2], number, ARGV[1], ARGV[2], 'delete', ARGV[4])
`,
);

/** Keys: meta, bus. Arguments: origin, length of the bus. What is stored is gone at once; freeing it comes after. */
const CLEAR = script(
  "clear",
  2,
  ALWAYS,
  `${SEND}
ensureSequence(KEYS[1])
local number = redis.call('HINCRBY', KEYS[1], 'n', 1)
redis.call('HSET', KEYS[1], 'i', exact(number), 'f', exact(number))
return send(KEYS[1], KEYS[2], number, ARGV[1], ARGV[2], 'clear', '')
`,
);

/** Keys: meta, bus. Where the bus stands: its count, and the id of its last message. */
const POSITION = script(
  "position",
  2,
  ALWAYS,
  `
ensureSequence(KEYS[1])
local last = redis.call('XREVRANGE', KEYS[2], '+', '-', 'COUNT', 1)
return {exact(field(KEYS[1], 'b')), last[1] and last[1][1] or '0-0'}
`,
);

/** Keys: meta. Arguments: tag prefix, tags. `tag, e, s` of each, empty where unknown. */
const TAGS = script(
  "tags",
  1,
  READ_ONLY,
  `
local reply = {}
for index = 2, #ARGV do
  local hard, soft = field(ARGV[1] .. ARGV[index], 'e'), field(ARGV[1] .. ARGV[index], 's')
  reply[#reply + 1] = ARGV[index]
  reply[#reply + 1] = hard and exact(hard) or ''
  reply[#reply + 1] = soft and exact(soft) or ''
end
return reply
`,
);

export const SCRIPTS = {
  read: READ,
  store: STORE,
  renew: RENEW,
  release: RELEASE,
  invalidate: INVALIDATE,
  delete: DELETE,
  clear: CLEAR,
  position: POSITION,
  tags: TAGS,
} as const;

function script(name: string, keys: number, flags: string, body: string): Script {
  const source = `${flags}\n${COMMON}\n${body}`;
  return { name, source, keys, sha: createHash("sha1").update(source).digest("hex") };
}

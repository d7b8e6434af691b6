import { ALWAYS, MAY_FAIL_WHEN_FULL, READ_ONLY, script } from "./lua";
import { EARLY_REFRESH } from "./strategies";

/**
 * The value and, where it needs to be made anew, a number and perhaps the lease, in one round trip.
 * Arguments: tag prefix, owner (empty: only look), lease ms, life of tag records ms, 1 to ignore the
 * value, then the tags of the load to come.
 */
export const READ = script(
  "read",
  3,
  ALWAYS,
  `
local prefix, owner = ARGV[1], ARGV[2]
ensureSequence(KEYS[3])
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
  elseif header.f > number then wrong = 'fence'
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
    local hard, soft, due = field(key, 'e'), field(key, 's'), field(key, 'd')
    if hard then
      newest = math.max(newest, hard)
      ensureLife(key, ARGV[4])
    else
      hard, soft, due = number, nil, nil
      makeTag(key, exact(number), ARGV[4])
    end
    -- What the load reads from memory must not be older than its number: the bus may not have told yet.
    for _, part in ipairs({ARGV[index], exact(hard), exact(soft or 0), due and exact(due - time) or ''}) do
      bumped[#bumped + 1] = part
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
export const STORE = script(
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

ensureSequence(KEYS[3])
local number, floor, last = field(KEYS[3], 'n') or 0, field(KEYS[3], 'f') or 0, field(KEYS[3], 'i') or 0
if floor >= fence or number < fence then return finish('cleared') end
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
export const RENEW = script(
  "renew",
  1,
  ALWAYS,
  `
if stringAt(KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
`,
);

/** Argument: the lease's content. */
export const RELEASE = script(
  "release",
  1,
  ALWAYS,
  `
if stringAt(KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
`,
);

/** Keys: meta. Arguments: tag prefix, tags. `tag, e, s` of each, empty where unknown. */
export const TAGS = script(
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

import { ALWAYS, script } from "./lua";

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
export const INVALIDATE = script(
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
export const DELETE = script(
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
export const CLEAR = script(
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

/**
 * Keys: meta, bus. Where the bus stands: its count, and the id of its last message.
 */
export const POSITION = script(
  "position",
  2,
  ALWAYS,
  `
ensureSequence(KEYS[1])
local last = redis.call('XREVRANGE', KEYS[2], '+', '-', 'COUNT', 1)
return {exact(field(KEYS[1], 'b')), last[1] and last[1][1] or '0-0'}
`,
);

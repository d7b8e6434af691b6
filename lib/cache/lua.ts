import { createHash } from "node:crypto";
import { FIXED_BYTES, FORMAT_VERSION, MAGIC, MAX_HEADER_BYTES, MAX_TAGS } from "./envelope";

/** A Lua script that Redis keeps by its hash. */
export interface Script {
  readonly name: string;
  readonly source: string;
  readonly sha: string;
  readonly keys: number;
}

/** May run when Redis is full: tiny writes that leases and invalidations depend on. */
export const ALWAYS = "#!lua flags=allow-oom";
export const READ_ONLY = "#!lua flags=no-writes";
export const MAY_FAIL_WHEN_FULL = "#!lua";

/** Numbers of the sequence exceed the 14 digits that Lua prints. */
const COMMON = `
local function exact(number) return string.format('%.0f', number) end

local function now()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

-- Makes the sequence where there is none. Its first number is of microseconds, so that one that was lost goes on above what
-- it had reached.
-- A server that has started anew, or was promoted, may have lost what it had confirmed: values that were invalidated may
-- be back, and the records of their tags with them. So all that is stored is gone, and every reader of the bus sees a gap.
local function ensureSequence(meta)
  local info = redis.pcall('INFO', 'server')
  local run = type(info) == 'string' and string.match(info, 'run_id:(%x+)') or ''
  local number, known = unpack(redis.call('HMGET', meta, 'n', 'r'))
  if number and (run == '' or run == known) then return end
  local time = redis.call('TIME')
  local seed = exact(math.max((tonumber(number or 0) or 0) + 1, time[1] * 1000000 + time[2]))
  redis.call('HSET', meta, 'n', seed, 'i', seed, 'f', seed, 'b', seed, 'r', run)
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
  if #bytes < ${FIXED_BYTES} or string.sub(bytes, 1, 4) ~= '${MAGIC}' then return nil, 'magic' end
  if string.byte(bytes, 5) ~= ${FORMAT_VERSION} then return nil, 'version' end
  local length = struct.unpack('>I4', bytes, 6)
  if length > ${MAX_HEADER_BYTES} or ${FIXED_BYTES} + length > #bytes then return nil, 'length' end
  local parsed, header = pcall(cjson.decode, string.sub(bytes, ${FIXED_BYTES + 1}, ${FIXED_BYTES} + length))
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

export function script(name: string, keys: number, flags: string, body: string): Script {
  const source = `${flags}\n${COMMON}\n${body}`;
  return { name, source, keys, sha: createHash("sha1").update(source).digest("hex") };
}

"""What Redis runs for us: each script is one step, and nothing comes between its reads and its writes.

state is a hash. epoch: the leadership that may write. shape: of the tables that the documents were made from. position:
up to where all of it speaks. generation: only what bears it counts, so that a new one makes every document disappear at
once. told: the last position in the feed; since: the feed is whole after this one.
"""

# A leadership begins. A younger one may be there already, which an advisory lock in PostgreSQL cannot know of; what an
# older one published stays good, as far as it was made from the same tables. Returns the position to go on from.
# KEYS: state. ARGV: epoch, shape.
BEGIN = """
local found = redis.call('HMGET', KEYS[1], 'epoch', 'shape', 'position')
if found[1] and tonumber(found[1]) > tonumber(ARGV[1]) then return redis.error_reply('FENCED') end
redis.call('HSET', KEYS[1], 'epoch', ARGV[1])
return found[2] == ARGV[2] and found[3]
"""

# Nothing that is there counts any more: documents are missing until they are published again.
# KEYS: state, feed. ARGV: epoch, shape, position.
RENEW = """
if redis.call('HGET', KEYS[1], 'epoch') ~= ARGV[1] then return redis.error_reply('FENCED') end
redis.call('DEL', KEYS[1], KEYS[2])
redis.call('HSET', KEYS[1], 'epoch', ARGV[1], 'shape', ARGV[2], 'position', ARGV[3], 'since', ARGV[3], 'told', ARGV[3],
    'generation', ARGV[1] .. '.' .. ARGV[3])
return true
"""

# Documents of one snapshot, what the feed tells of it, and the position that all of it speaks up to.
# KEYS: state, feed, each document. ARGV: epoch, position, longest feed, number of documents; tag, readers and body of
# each document, all empty for one that is to disappear; position and text of each entry of the feed.
WRITE = """
local state = redis.call('HMGET', KEYS[1], 'epoch', 'position', 'generation', 'told')
if state[1] ~= ARGV[1] or not state[2] or tonumber(ARGV[2]) < tonumber(state[2]) then
    return redis.error_reply('FENCED')
end
local at = 5
for i = 1, tonumber(ARGV[4]) do
    if ARGV[at] == '' then
        redis.call('DEL', KEYS[2 + i])
    else
        redis.call('HSET', KEYS[2 + i], 'generation', state[3], 'tag', ARGV[at], 'readers', ARGV[at + 1],
            'body', ARGV[at + 2])
    end
    at = at + 3
end
local told, longest = tonumber(state[4]), tonumber(ARGV[3])
while at < #ARGV do
    if tonumber(ARGV[at]) > told then
        told = tonumber(ARGV[at])
        redis.call('XADD', KEYS[2], ARGV[at] .. '-0', 'entry', ARGV[at + 1])
    end
    at = at + 2
end
redis.call('HSET', KEYS[1], 'position', ARGV[2], 'told', string.format('%.0f', told))
if redis.call('XLEN', KEYS[2]) > longest * 1.2 then
    redis.call('XTRIM', KEYS[2], 'MAXLEN', longest)
    local first = redis.call('XRANGE', KEYS[2], '-', '+', 'COUNT', 1)
    redis.call('HSET', KEYS[1], 'since', (string.match(first[1][1], '^(%d+)')))
end
return true
"""

# A reader's one round trip. KEYS: state, beat, token, document. ARGV: the tags that the reader has.
# Returns position, whether the publisher lives, token, tag, readers, and the body unless the reader has it.
READ = """
local state = redis.call('HMGET', KEYS[1], 'position', 'generation')
if not state[2] then return false end
local token = redis.call('HMGET', KEYS[3], 'generation', 'body')
local document = redis.call('HMGET', KEYS[4], 'generation', 'tag', 'readers')
local body = false
if document[1] ~= state[2] then
    document = {false, false, false}
elseif not string.find(ARGV[1], document[2], 1, true) then
    body = redis.call('HGET', KEYS[4], 'body')
end
return {state[1], redis.call('EXISTS', KEYS[2]), token[1] == state[2] and token[2], document[2], document[3], body}
"""

# The position that readers are told of; nothing where they do not trust what lies here. KEYS: state, beat.
STAND = """
return redis.call('EXISTS', KEYS[2]) == 1 and redis.call('HGET', KEYS[1], 'position')
"""

# Entries of the feed after a position. KEYS: state, beat, feed. ARGV: position, how many.
# Returns position, whether the publisher lives, and the entries; nothing where the feed is not whole after it.
FOLLOW = """
local state = redis.call('HMGET', KEYS[1], 'position', 'since', 'told')
if not state[1] or tonumber(ARGV[1]) < tonumber(state[2]) then return false end
local found = redis.call('XRANGE', KEYS[3], '(' .. ARGV[1] .. '-0', '+', 'COUNT', ARGV[2])
if #found == 0 and tonumber(ARGV[1]) < tonumber(state[3]) then return false end
return {state[1], redis.call('EXISTS', KEYS[2]), found}
"""

# The publisher is at work: as long as it says so, readers take on trust what lies here. Until an instant, not for a
# while: what is sent to a Redis that hangs is read when it wakes, and by then nothing of it may be true.
# KEYS: state, beat. ARGV: epoch, milliseconds since 1970.
SAY = """
if redis.call('HGET', KEYS[1], 'epoch') ~= ARGV[1] then return redis.error_reply('FENCED') end
return redis.call('SET', KEYS[2], ARGV[1], 'PXAT', ARGV[2])
"""

# KEYS: beat. ARGV: epoch.
HUSH = """
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
return true
"""

# Which documents are not there, or no longer good. KEYS: state, each document. Returns their numbers, from 0.
MISSING = """
local generation, missing = redis.call('HGET', KEYS[1], 'generation'), {}
for i = 2, #KEYS do
    if redis.call('HGET', KEYS[i], 'generation') ~= generation then missing[#missing + 1] = i - 2 end
end
return missing
"""

# what is not as it was is done at the next start
instance-id: "[=instance]"
local-hostname: "[=name]"

u [=user] 1000 "login user of the lab" /home/[=user] /bin/bash

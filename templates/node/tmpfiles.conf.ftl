d /home/[=user] 0755 [=user] [=user]
C /home/[=user]/.bashrc 0644 [=user] [=user] - /etc/skel/.bashrc
C /home/[=user]/.profile 0644 [=user] [=user] - /etc/skel/.profile

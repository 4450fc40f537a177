echo "makes a disk of $1 and $2 in $3"

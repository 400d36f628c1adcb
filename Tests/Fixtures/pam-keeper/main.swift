import Glibc
import Logins

exit(PAMKeeper.main())

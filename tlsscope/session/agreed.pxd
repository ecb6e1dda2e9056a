cpdef opened(found, long long code, opener)

cpdef read(bytes body, opener)

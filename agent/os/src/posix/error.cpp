// SPDX-License-Identifier: Apache-2.0
#include "posix/error.hpp"

#include "reeve/base/strings.hpp"

#include <cerrno>
#include <system_error>

namespace reeve::os {

errc errc_of(int errno_code) noexcept {
  switch (errno_code) {
  case EINVAL:
  case ENAMETOOLONG:
  case ENOTDIR:
  case EISDIR:
  case ELOOP:
    return errc::invalid_argument;
  case ENOENT:
  case ESRCH:
  case ENODEV:
  case ENXIO:
  case ECHILD:
    return errc::not_found;
  case EACCES:
  case EPERM:
  case EROFS:
    return errc::access_denied;
  case ENOSYS:
  case EOPNOTSUPP:
  case EPROTONOSUPPORT:
  case EAFNOSUPPORT:
  case ENOPROTOOPT:
    return errc::unsupported;
  case EMFILE:
  case ENFILE:
  case ENOMEM:
  case ENOBUFS:
  case ENOSPC:
  case EDQUOT:
  case E2BIG:
    return errc::limit;
  case ETIMEDOUT:
    return errc::timed_out;
  case ECANCELED:
    return errc::cancelled;
  case EBUSY:
  case EAGAIN:
  case ETXTBSY:
  case EADDRINUSE:
  case EINTR:
    return errc::busy;
  default:
    return errc::failed;
  }
}

error posix_error(int errno_code, std::string_view what) {
  return error{errc_of(errno_code), cat(what, ": ", std::generic_category().message(errno_code)), errno_code};
}

} // namespace reeve::os

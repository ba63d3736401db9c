// SPDX-License-Identifier: Apache-2.0
#include "reeve/base/result.hpp"

namespace reeve {

const char* name_of(errc code) noexcept {
  switch (code) {
  case errc::failed:
    return "failed";
  case errc::invalid_argument:
    return "invalid_argument";
  case errc::not_found:
    return "not_found";
  case errc::access_denied:
    return "access_denied";
  case errc::unsupported:
    return "unsupported";
  case errc::limit:
    return "limit";
  case errc::timed_out:
    return "timed_out";
  case errc::cancelled:
    return "cancelled";
  case errc::busy:
    return "busy";
  }
  return "failed";
}

} // namespace reeve

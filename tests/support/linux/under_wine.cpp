// SPDX-License-Identifier: Apache-2.0
#include "tests/support/under_wine.hpp"

namespace reeve::test {

bool under_wine() {
  return false;
}

} // namespace reeve::test

// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace reeve::test {

// Whether this program runs under Wine, for tests of what Wine does not implement; false on Windows and elsewhere.
bool under_wine();

} // namespace reeve::test

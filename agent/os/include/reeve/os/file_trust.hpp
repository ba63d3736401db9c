// SPDX-License-Identifier: Apache-2.0
// May this file be loaded or obeyed, that is: could nobody but an administrator or ourselves have changed it?
#pragma once

#include "reeve/base/result.hpp"

#include <string>

namespace reeve::os {

// Walks from the root folder to the file, one component at a time on open handles, so that nothing can be
// swapped between look and use; symbolic links are followed, and the folders they lead through are checked
// like the others.
//
// Linux. Trusted means owned by root or by the effective user, and:
//  - the file is a regular file that neither group nor others may write;
//  - its own folder may not be written by group or others, not even with the sticky bit: whoever can add a
//  file there
//    can add a library that the loader finds;
//  - every folder above may be written by group or others only with the sticky bit (as /tmp), because without
//  it they
//    could rename what lies below.
// Access control lists need no look of their own: what they grant shows in the group bits (acl(5), the mask
// entry).
//
// Windows. The owner is SYSTEM, Administrators, TrustedInstaller or the current user, and the access list
// gives nobody else a right to write, delete, or change owner or access, for the file and its own folder; for
// the folders above, none to delete or rename children.
//
// errc::access_denied: not trusted; the message names the offending path, its owner and mode, and the command
// that mends it. errc::invalid_argument: the path is relative, not a regular file, or has too many links.
// Others as the system says.
result<> check_trusted_file(const std::string& absolute_path);

} // namespace reeve::os

#include "cli/process.hpp"

#include <gtest/gtest.h>

namespace mooring::cli {
namespace {

TEST(OwnContainer, IsTheOneWhoseFilesAreMountedHere) {
    const std::string id(64, 'a');
    EXPECT_EQ(container_in("612 590 254:1 /var/lib/docker/containers/" + id +
                           "/hostname /etc/hostname rw - ext4 /dev/vda1 rw\n"),
              id);
    EXPECT_EQ(container_in("1 2 0:3 /containers/storage/overlay-containers/" + id + "/userdata/hosts /etc/hosts rw\n"),
              id);
    EXPECT_EQ(container_in("1 2 0:3 / / rw - overlay overlay rw,lowerdir=/var/lib/docker/overlay2/l\n"), "");
    EXPECT_EQ(container_in("1 2 0:3 /var/lib/docker/containers/abc/hostname /etc/hostname rw\n"), "");
    EXPECT_EQ(container_in("1 2 0:3 /var/lib/docker/containers/" + id), "");
    EXPECT_EQ(container_in(""), "");
}

} // namespace
} // namespace mooring::cli

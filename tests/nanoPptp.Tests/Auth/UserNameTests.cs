// Where the domain of a user's name ends (RFC 2759 s.8.2).

using System.Text;
using nanoPptp.Auth;
using Xunit;

namespace nanoPptp.Tests.Auth;

public class UserNameTests
{
    [Theory]
    [InlineData("User", "User")]
    [InlineData("BIGCO\\User", "User")]
    [InlineData("A\\B\\User", "User")]
    [InlineData("\\User", "User")]
    [InlineData("BIGCO\\", "")]
    [InlineData("", "")]
    [InlineData("user@realm", "user@realm")]
    [InlineData("BIGCO/User", "BIGCO/User")]
    [InlineData("M\u00DCNCHEN\\J\u00F6rg", "J\u00F6rg")]
    public void The_domain_ends_at_the_last_back_slash(string name, string rest)
    {
        byte[] octets = [.. Encoding.UTF8.GetBytes(name), .. "\\x"u8];
        int length = octets.Length - 2;

        int at = UserName.SkipDomain(octets, length);

        Assert.Equal(rest, Encoding.UTF8.GetString(octets, at, length - at));
    }
}

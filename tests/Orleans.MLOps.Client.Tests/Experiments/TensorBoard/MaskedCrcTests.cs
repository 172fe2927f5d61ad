using Orleans.MLOps.Client.Experiments.TensorBoard;

namespace Orleans.MLOps.Client.Tests.Experiments.TensorBoard;

public sealed class MaskedCrcTests
{
    // CRC32C of these are published (RFC 3720, B.4): 00000000, E3069283, 8A9136AA, 62A8AB43; masked by hand.
    [Theory]
    [InlineData("", 0xA282EAD8)]
    [InlineData("313233343536373839", 0xC78AB0E5)]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000", 0x0FD7FFFA)]
    [InlineData("FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF", 0xF909B029)]
    public void Of_PublishedBytes_GivesTheFormatsChecksum(string hex, uint expected) =>
        Assert.Equal(expected, MaskedCrc.Of(Convert.FromHexString(hex)));
}

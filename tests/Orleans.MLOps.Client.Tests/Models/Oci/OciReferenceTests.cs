using Orleans.MLOps.Client.Models.Oci;

namespace Orleans.MLOps.Client.Tests.Models.Oci;

public sealed class OciReferenceTests
{
    private const string Digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    [Theory]
    [InlineData("ghcr.io/team/churn:v1", "ghcr.io", "team/churn", "v1", null)]
    [InlineData("localhost:5000/churn:3", "localhost:5000", "churn", "3", null)]
    [InlineData("127.0.0.1:5000/a/b/c-d_e__f.g:_x.Y-z", "127.0.0.1:5000", "a/b/c-d_e__f.g", "_x.Y-z", null)]
    [InlineData("[::1]:5000/m:1", "[::1]:5000", "m", "1", null)]
    [InlineData("r.example/m@" + Digest, "r.example", "m", null, Digest)]
    public void Parse_Reference_GivesItsParts(string text, string registry, string repository, string? tag, string? digest)
    {
        var reference = OciReference.Parse(text);

        Assert.Equal((registry, repository, tag, digest), (reference.Registry, reference.Repository, reference.Tag, reference.Digest));
        Assert.Equal(text, reference.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("churn")]
    [InlineData("churn:1")]
    [InlineData("host/churn")]
    [InlineData("host/churn:")]
    [InlineData("host/churn@")]
    [InlineData("host/churn@sha256:abc")]
    [InlineData("host/churn@sha512:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")]
    [InlineData("host/churn:1@" + Digest)]
    [InlineData("host/churn@" + Digest + "\n")]
    [InlineData("host/churn:1\n")]
    [InlineData(" host/churn:1")]
    [InlineData("http://host/churn:1")]
    [InlineData("user@host/churn:1")]
    [InlineData("host/Churn:1")]
    [InlineData("host/../churn:1")]
    [InlineData("host/a//b:1")]
    [InlineData("host/a/:1")]
    [InlineData("host/-a:1")]
    [InlineData("host/a..b:1")]
    [InlineData("host/a___b:1")]
    [InlineData("host/a%2e:1")]
    [InlineData("host/a?b:1")]
    [InlineData("host/a#b:1")]
    [InlineData("host:0/a:1")]
    [InlineData("host:65536/a:1")]
    [InlineData("host:x/a:1")]
    [InlineData("[::zz]:5000/a:1")]
    [InlineData("[::1/a:1")]
    [InlineData("-host/a:1")]
    [InlineData("host/a:.x")]
    [InlineData("host\\a/b:1")]
    public void Parse_AnythingElse_IsRefused(string text) => Assert.Equal("reference", Assert.Throws<InvalidInputException>(() => OciReference.Parse(text)).Field);

    [Fact]
    public void Parse_LongOnes_AreRefused()
    {
        Assert.Throws<InvalidInputException>(() => OciReference.Parse($"host/{new string('a', 256)}:1"));
        Assert.Throws<InvalidInputException>(() => OciReference.Parse($"host/a:{new string('a', 129)}"));
        Assert.Throws<InvalidInputException>(() => OciReference.Parse($"host/{string.Join('-', Enumerable.Repeat("a", 1_000_000))}!"));
        Assert.Equal(255, OciReference.Parse($"host/{new string('a', 255)}:1").Repository.Length);
    }

    [Fact]
    public void AtDigest_Tag_GivesTheSameRepositoryByDigest() =>
        Assert.Equal($"host:1/a/b@{Digest}", OciReference.Parse("host:1/a/b:tag").AtDigest(Digest).ToString());
}

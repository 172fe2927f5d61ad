using Microsoft.Extensions.Configuration;
using Orleans.MLOps.Server.CommandLine;
using Orleans.MLOps.Server.Security;
using Orleans.MLOps.Server.Tests.Support;

namespace Orleans.MLOps.Server.Tests.Security;

public sealed class TlsCertificateTests : IDisposable
{
    private const string Password = "correct horse";

    private readonly TemporaryFolder _folder = new();
    private readonly TestCertificate _good = new();

    public void Dispose()
    {
        _good.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Load_EveryForm_GivesCertificateWithKey()
    {
        TlsOptions[] forms =
        [
            new() { Certificate = _good.WritePem(_folder.At("both.pem"), withKey: true) },
            new() { Certificate = _good.WritePem(_folder.At("cert.pem"), withKey: false), Key = _good.WriteKey(_folder.At("key.pem")) },
            new() { Certificate = _good.WritePem(_folder.At("cert.pem"), withKey: false), Key = _good.WriteKey(_folder.At("locked.pem"), Password), Password = Password },
            new() { Certificate = _good.WritePfx(_folder.At("plain.pfx"), null) },
            new() { Certificate = _good.WritePfx(_folder.At("locked.pfx"), Password), Password = Password },
        ];

        Assert.All(forms, form =>
        {
            using var loaded = TlsCertificate.Load(form, TimeProvider.System);
            Assert.True(loaded.Leaf.HasPrivateKey);
            Assert.Equal(_good.Certificate.Thumbprint, loaded.Leaf.Thumbprint);
            Assert.Empty(loaded.Chain);
        });
    }

    [Fact]
    public void Load_PemWithIntermediate_SendsItAlong()
    {
        using var issuer = new TestCertificate();
        var path = _good.WritePem(_folder.At("chain.pem"), withKey: true);
        File.AppendAllText(path, "\n" + issuer.Certificate.ExportCertificatePem());

        using var loaded = TlsCertificate.Load(new() { Certificate = path }, TimeProvider.System);

        Assert.Equal(issuer.Certificate.Thumbprint, Assert.Single(loaded.Chain).Thumbprint);
    }

    [Fact]
    public void Load_MissingFiles_SaysWhich()
    {
        Refuses("Mlops:Tls:Certificate is '/no/such.pem', which does not exist", new() { Certificate = "/no/such.pem" });
        Refuses("Mlops:Tls:Key is '/no/such.key', which does not exist", new() { Certificate = _good.WritePem(_folder.At("c"), withKey: false), Key = "/no/such.key" });
        Refuses("Mlops:Tls:Certificate is '/', which does not exist", new() { Certificate = "/" });
    }

    [Fact]
    public void Load_UnusableFiles_SaysWhatIsExpected()
    {
        File.WriteAllText(_folder.At("garbage"), "nothing of use");
        File.WriteAllText(_folder.At("broken.pem"), "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        using var other = new TestCertificate();
        var cert = _good.WritePem(_folder.At("cert.pem"), withKey: false);
        var pfx = _good.WritePfx(_folder.At("locked.pfx"), Password);

        Refuses("cannot be opened as PEM or PFX", new() { Certificate = _folder.At("garbage") });
        Refuses("gives no certificate with its private key", new() { Certificate = _folder.At("broken.pem") });
        Refuses("gives no certificate with its private key", new() { Certificate = cert });
        Refuses("gives no certificate with its private key", new() { Certificate = cert, Key = other.WriteKey(_folder.At("other.key")) });
        Refuses("gives no certificate with its private key", new() { Certificate = cert, Key = _good.WriteKey(_folder.At("locked.key"), Password) });
        Refuses("gives no certificate with its private key", new() { Certificate = cert, Key = _folder.At("locked.key"), Password = "not that" });
        Refuses("cannot be opened as PEM or PFX", new() { Certificate = pfx });
        Refuses("cannot be opened as PEM or PFX", new() { Certificate = pfx, Password = "not that" });
        Refuses("is no PEM file although Mlops:Tls:Key is given", new() { Certificate = pfx, Key = cert, Password = Password });
    }

    [Fact]
    public void Load_WrongTimes_SaysFromWhenToWhen()
    {
        var now = TimeProvider.System.GetUtcNow();
        using var past = new TestCertificate(now.AddDays(-9), now.AddDays(-2));
        using var future = new TestCertificate(now.AddDays(2), now.AddDays(9));

        Refuses($"to {past.Certificate.NotAfter.ToUniversalTime():yyyy-MM-dd HH:mm} UTC, which is not now", new() { Certificate = past.WritePem(_folder.At("past"), withKey: true) });
        Refuses($"is valid from {future.Certificate.NotBefore.ToUniversalTime():yyyy-MM-dd HH:mm}", new() { Certificate = future.WritePem(_folder.At("future"), withKey: true) });
    }

    [Fact]
    public void Load_CertificateOfAClient_IsRefused()
    {
        using var client = new TestCertificate(purpose: "1.3.6.1.5.5.7.3.2");
        using var server = new TestCertificate(purpose: "1.3.6.1.5.5.7.3.1");

        Refuses("is not made for servers", new() { Certificate = client.WritePem(_folder.At("client"), withKey: true) });
        using var loaded = TlsCertificate.Load(new() { Certificate = server.WritePem(_folder.At("server"), withKey: true) }, TimeProvider.System);
    }

    [Fact]
    public void Read_TlsSettings_ComeFromEveryLevel()
    {
        var fromLine = Read(["--tls-certificate", "a", "--tls-key", "b"], ("MLOPS_TLS_PASSWORD", "c"), ("MLOPS_TLS_KEY", "x"))!;
        var fromFile = Read([], ("Mlops:Tls:Certificate", "d"), ("Mlops:Tls:Password", "e"))!;

        Assert.Equal(("a", "b", "c"), (fromLine.Certificate, fromLine.Key, fromLine.Password));
        Assert.Equal(("d", null, "e"), (fromFile.Certificate, fromFile.Key, fromFile.Password));
        Assert.Null(Read([]));
    }

    [Theory]
    [InlineData("MLOPS_TLS_KEY")]
    [InlineData("Mlops:Tls:Password")]
    public void Read_NoCertificate_NamesTheLonelySetting(string name)
    {
        var error = Assert.Throws<UsageException>(() => Read([], (name, Password)));

        Assert.StartsWith($"{name} is given without a certificate", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Password, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--tls-password", "hidden")]
    [InlineData("--tls-password=hidden")]
    public void Read_PasswordOnCommandLine_IsRefusedUnrepeated(params string[] arguments)
    {
        var error = Assert.Throws<UsageException>(() => Read(arguments));

        Assert.DoesNotContain("hidden", error.Message, StringComparison.Ordinal);
    }

    private static TlsOptions? Read(string[] arguments, params (string Name, string Value)[] configuration) =>
        NodeSettings.Read(arguments, new ConfigurationBuilder().AddInMemoryCollection(configuration.ToDictionary(pair => pair.Name, pair => (string?)pair.Value)).Build()).Tls;

    private static void Refuses(string message, TlsOptions options)
    {
        var error = Assert.Throws<InvalidInputException>(() => TlsCertificate.Load(options, TimeProvider.System));

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
        Assert.DoesNotContain(Password, error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("not that", error.ToString(), StringComparison.Ordinal);
    }
}

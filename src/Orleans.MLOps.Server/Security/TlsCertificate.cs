using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Orleans.MLOps.Server.Security;

/// <summary>The certificate of a node with its private key and the intermediates that clients need.</summary>
internal sealed class TlsCertificate : IDisposable
{
    private const string ServerPurpose = "1.3.6.1.5.5.7.3.1";
    private const string Field = "Mlops:Tls:Certificate";

    private TlsCertificate(X509Certificate2 leaf, X509Certificate2Collection chain)
    {
        Leaf = leaf;
        Chain = chain;
    }

    public X509Certificate2 Leaf { get; }

    /// <summary>Intermediates; may be empty.</summary>
    public X509Certificate2Collection Chain { get; }

    /// <exception cref="InvalidInputException">The files give no certificate that is good now; the message holds no secret.</exception>
    public static TlsCertificate Load(TlsOptions options, TimeProvider clock)
    {
        var content = ReadFile(options.Certificate, Field);
        if (options.Key is { } key)
        {
            ReadFile(key, "Mlops:Tls:Key");
        }

        var certificate = IsPem(content) ? FromPem(options) : FromPfx(options);
        try
        {
            certificate.Check(options, clock.GetUtcNow().UtcDateTime);
            return certificate;
        }
        catch
        {
            certificate.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        Leaf.Dispose();
        foreach (var certificate in Chain)
        {
            certificate.Dispose();
        }
    }

    private static byte[] ReadFile(string path, string field)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            var reason = File.Exists(path) ? "may not be read by this process" : "does not exist";
            throw Wrong(field, path, reason, "name a readable file", error);
        }
    }

    private static bool IsPem(byte[] content) => content.AsSpan().IndexOf("-----BEGIN "u8) >= 0 && Encoding.UTF8.GetString(content).Contains("-----END ", StringComparison.Ordinal);

    private static TlsCertificate FromPem(TlsOptions options)
    {
        var all = new X509Certificate2Collection();
        try
        {
            var leaf = options.Password is { } password
                ? X509Certificate2.CreateFromEncryptedPemFile(options.Certificate, password, options.Key)
                : X509Certificate2.CreateFromPemFile(options.Certificate, options.Key);
            all.ImportFromPemFile(options.Certificate);
            return new(ForPlatform(leaf), Others(all, leaf));
        }
        catch (Exception error) when (error is CryptographicException or ArgumentException)
        {
            throw Wrong(
                Field,
                options.Certificate,
                "gives no certificate with its private key",
                "give a PEM certificate, its own PEM key here or in Mlops:Tls:Key, and Mlops:Tls:Password exactly when the key is encrypted",
                error);
        }
    }

    private static TlsCertificate FromPfx(TlsOptions options)
    {
        if (options.Key is not null)
        {
            throw Wrong(Field, options.Certificate, "is no PEM file although Mlops:Tls:Key is given", "give a PEM certificate, or a PFX file without Mlops:Tls:Key");
        }

        try
        {
            var all = X509CertificateLoader.LoadPkcs12CollectionFromFile(options.Certificate, options.Password);
            var leaf = all.FirstOrDefault(one => one.HasPrivateKey) ?? throw new CryptographicException();
            return new(leaf, Others(all, leaf));
        }
        catch (CryptographicException error)
        {
            throw Wrong(Field, options.Certificate, "cannot be opened as PEM or PFX with a private key", "check the file and Mlops:Tls:Password", error);
        }
    }

    // SChannel takes keys from its own store only, so a key that was read from PEM has to pass through it.
    private static X509Certificate2 ForPlatform(X509Certificate2 leaf)
    {
        if (!OperatingSystem.IsWindows())
        {
            return leaf;
        }

        using (leaf)
        {
            return X509CertificateLoader.LoadPkcs12(leaf.Export(X509ContentType.Pkcs12), null);
        }
    }

    private static X509Certificate2Collection Others(X509Certificate2Collection all, X509Certificate2 leaf) =>
        [.. all.Where(one => one.Thumbprint != leaf.Thumbprint).ToArray()];

    private void Check(TlsOptions options, DateTime now)
    {
        if (now > Leaf.NotAfter.ToUniversalTime() || now < Leaf.NotBefore.ToUniversalTime())
        {
            throw Wrong(
                Field,
                options.Certificate,
                $"is valid from {Leaf.NotBefore.ToUniversalTime():yyyy-MM-dd HH:mm} to {Leaf.NotAfter.ToUniversalTime():yyyy-MM-dd HH:mm} UTC, which is not now",
                "give one that is valid");
        }

        var purposes = Leaf.Extensions.OfType<X509EnhancedKeyUsageExtension>().SelectMany(extension => extension.EnhancedKeyUsages.Cast<Oid>()).ToArray();
        if (purposes.Length > 0 && !Array.Exists(purposes, purpose => purpose.Value == ServerPurpose))
        {
            throw Wrong(Field, options.Certificate, "is not made for servers (extended key usage)", "give a server certificate");
        }
    }

    private static InvalidInputException Wrong(string field, string path, string rule, string fix, Exception? error = null) =>
        new($"{field} is '{path}', which {rule}; {fix}.", field, error);
}

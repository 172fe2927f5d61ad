namespace Orleans.MLOps.Server.Security;

/// <summary>The certificate with which a node speaks TLS on both of its ports.</summary>
public sealed class TlsOptions
{
    /// <summary>The path of a PEM file, intermediates behind the certificate, or of a PFX file.</summary>
    public required string Certificate { get; init; }

    /// <summary>The path of the PEM file with the private key. Default: null, the key stands in the certificate's file.</summary>
    public string? Key { get; init; }

    /// <summary>The password of the PFX file or of an encrypted PEM key. Default: null, it has none.</summary>
    public string? Password { get; init; }
}

namespace Orleans.MLOps.Client.Models.Oci;

/// <summary>Reads answers.</summary>
internal static class OciBody
{
    /// <summary>A short answer as bytes.</summary>
    /// <exception cref="InvalidInputException">It is longer than allowed.</exception>
    /// <exception cref="UnavailableException">It broke off.</exception>
    public static async Task<byte[]> ReadAsync(HttpResponseMessage response, int longest, OciReference reference, Patience patience)
    {
        try
        {
            await response.Content.LoadIntoBufferAsync(longest, patience.Token).ConfigureAwait(false);
            return await response.Content.ReadAsByteArrayAsync(patience.Token).ConfigureAwait(false);
        }
        catch (HttpRequestException error) when (error.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded)
        {
            throw new InvalidInputException($"Registry '{reference.Registry}' answers for '{reference}' with more than {longest} bytes, which are allowed.", "reference", error);
        }
        catch (Exception error) when (error is OperationCanceledException or HttpRequestException or IOException)
        {
            throw patience.Translate(error, reference.Registry);
        }
    }

    /// <summary>Any answer, piece by piece.</summary>
    public static async Task CopyAsync(HttpResponseMessage response, Stream target, OciReference reference, Patience patience)
    {
        var source = await response.Content.ReadAsStreamAsync(patience.Token).ConfigureAwait(false);
        await using (source.ConfigureAwait(false))
        {
            await OciCopy.RunAsync(source, target, patience, error => patience.Translate(error, reference.Registry)).ConfigureAwait(false);
        }
    }
}

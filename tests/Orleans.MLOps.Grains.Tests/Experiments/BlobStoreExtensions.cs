using Orleans.MLOps.Datasets;

namespace Orleans.MLOps.Grains.Tests.Experiments;

internal static class BlobStoreExtensions
{
    /// <summary>Where a staged upload lies, or an empty text when it is gone.</summary>
    public static string GetLocalPathOrEmpty(this IBlobStore blobs, StagedBlob staged)
    {
        try
        {
            return blobs.GetLocalPath(staged);
        }
        catch (NotFoundException)
        {
            return "";
        }
    }
}

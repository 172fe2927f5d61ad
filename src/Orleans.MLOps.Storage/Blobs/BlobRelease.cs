using Orleans.MLOps.Storage.Files;

namespace Orleans.MLOps.Storage.Blobs;

/// <summary>
/// Deletes bytes that nobody counts on. A commit gives them a new time before anything refers to them; a release takes them aside, looks at
/// the time again, and only then deletes: whichever comes first, no commit is left without its bytes.
/// </summary>
internal static class BlobRelease
{
    /// <summary>Gives a file the present time; false when it is gone.</summary>
    public static bool TryRenew(string path)
    {
        try
        {
            File.SetLastWriteTimeUtc(path, DateTime.UtcNow);
            return true;
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
    }

    /// <summary>Deletes a file that is older than <paramref name="since"/>; whether it is gone.</summary>
    public static bool Release(string path, string aside, DateTime since)
    {
        if (!File.Exists(path))
        {
            return true;
        }

        if (File.GetLastWriteTimeUtc(path) >= since)
        {
            return false;
        }

        DurableFile.CreateFolder(Path.GetDirectoryName(aside)!);
        try
        {
            File.Move(path, aside, overwrite: true);
        }
        catch (FileNotFoundException)
        {
            // Another silo's sweep took it first.
            return true;
        }

        if (File.GetLastWriteTimeUtc(aside) >= since)
        {
            PutBack(aside, path);
            return false;
        }

        File.Delete(aside);
        return true;
    }

    /// <summary>Makes releasable bytes ones that stay; false when there are neither.</summary>
    public static bool Keep(string path, string kept)
    {
        var folder = Path.GetDirectoryName(kept)!;
        if (!File.Exists(kept))
        {
            DurableFile.CreateFolder(folder);
            if (TryRenew(path))
            {
                try
                {
                    File.Move(path, kept, overwrite: true);
                }
                catch (FileNotFoundException)
                {
                    // Another call moved it first, or a release took it aside.
                }
            }
        }

        DurableFile.FlushFolder(folder);
        return File.Exists(kept);
    }

    /// <summary>Puts back what a process that died had taken aside; it is released again later.</summary>
    public static void Recover(BlobPaths paths)
    {
        var folder = new DirectoryInfo(Path.GetDirectoryName(paths.Released(new string('0', 64)))!);
        if (folder.Exists)
        {
            foreach (var file in folder.EnumerateFiles())
            {
                PutBack(file.FullName, paths.Releasable(file.Name));
            }
        }
    }

    private static void PutBack(string aside, string path)
    {
        DurableFile.CreateFolder(Path.GetDirectoryName(path)!);
        File.Move(aside, path, overwrite: true);
    }
}

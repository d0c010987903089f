namespace Portal.Storage.Layers;

/// <summary>Why a layer, or a file in it, cannot be read. Names and the order of the values in a sentence are kept with lists of files, and stay.</summary>
public enum LayerFault
{
    EndsInFile,
    EndsBeforeFile,
    TooManyReaders,
    Encrypted,
    UnpacksTooFar,
    UnpacksTooMuch,
    Damaged,
    PackedOtherwise,
    TakesTooLong,
    TooManyFiles,
    NoArchive,
    ArchiveCutOff,
    ArchiveDamaged,
    LongNames,
    EndsAndLongNames,
    TooManyLayers,
    KeptElsewhere,
    NotInRepository,
    OfImage,
    TooManyFilesOfImage,
}
